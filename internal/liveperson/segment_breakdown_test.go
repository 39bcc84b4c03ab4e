package liveperson

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func TestSegmentFilePaths(t *testing.T) {
	for path, want := range map[string]string{
		"/year=2030/month=1/day=2/hour=8/accountId=1/sequences.a-b_c.json.gz":    "2030-01-02T08/sequences.a-b_c.json.gz",
		"/year=2030/month=01/day=02/hour=08/accountId=1/sequences.a-b_c.json.gz": "2030-01-02T08/sequences.a-b_c.json.gz",
		"year=2030/month=12/day=31/hour=23/accountId=le1/x.json.gz":              "2030-12-31T23/x.json.gz",
		"/year=2030/month=13/day=1/hour=1/accountId=1/x.json.gz":                 "",
		"/year=2030/month=2/day=30/hour=1/accountId=1/x.json.gz":                 "",
		"/year=2030/month=2/day=3/hour=24/accountId=1/x.json.gz":                 "",
		"/year=2030/month=2/day=3/hour=2/accountId=1/../x.json.gz":               "",
		"/year=2030/month=2/day=3/hour=2/accountId=1/x.json":                     "",
		"": "",
	} {
		f, ok := segmentFile(path)
		if f.Key != want || ok != (want != "") {
			t.Errorf("%q: %+v, %t; want %q", path, f, ok, want)
		}
	}
}

func packed(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, text)
	z.Close()
	return b.String()
}

func TestFilesOfHandlingUnits(t *testing.T) {
	const one, two = `{"segmentId":"s","sequence":0,"startReason":"a","endTimestamp":1893571200000,"handleTimeMillis":"5"}`, `{"segmentId":"s","sequence":"1","endTimestamp":"1893571200000"}`
	for name, test := range map[string]struct {
		body    string
		units   string
		skipped int
		class   api.Class
	}{
		"lines":               {packed(one + "\n" + two), "s|0 s|1", 0, ""},
		"an array":            {packed("[" + one + "," + two + "]"), "s|0 s|1", 0, ""},
		"not packed":          {one + "\n", "s|0", 0, ""},
		"empty":               {"", "", 0, ""},
		"without a key":       {packed(`{"segmentId":"s"} {"sequence":1} ` + one), "s|0", 2, ""},
		"cut":                 {packed(one + two)[:60], "", 0, api.Truncated},
		"a damaged end":       {packed(one + two)[:len(packed(one+two))-8] + "12345678", "s|0 s|1", 0, api.Schema},
		"a header alone":      {"\x1f\x8bnonsense", "", 0, api.Schema},
		"a page of a gateway": {"<html></html>", "", 0, api.Schema},
		"a bomb":              {packed(`{"x":[`) + strings.Repeat(packed(strings.Repeat(" ", 1<<20)), maxUnpacked>>20), "", 0, api.TooLarge},
		"too many":            {packed(strings.Repeat(`{}`, maxUnits+1)), "", maxUnits, api.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{api: func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, test.body) }}
			var keys []string
			file, _ := segmentFile("/year=2030/month=1/day=2/hour=8/accountId=1/x.json.gz")
			read, err := f.client(t).HandlingUnits(t.Context(), file, func(u *HandlingUnit) { keys = append(keys, u.Key()) })
			if got := strings.Join(keys, " "); got != test.units || read.Skipped != test.skipped || api.ClassOf(err) != test.class {
				t.Errorf("units %q, %d skipped, %v; want %q, %d, class %q", got, read.Skipped, err, test.units, test.skipped, test.class)
			}
		})
	}
}

// The path of a file is encoded once, in the URL as in the signature.
func TestThePathOfAFileIsEncodedOnce(t *testing.T) {
	f := &fake{api: func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/breakdown") {
			io.WriteString(w, `{"files":["/year=2030/month=1/day=2/hour=8/accountId=1/x.json.gz",7,"elsewhere"]}`)
		}
	}}
	c := f.client(t)
	list, err := c.SegmentFiles(t.Context(), time.UnixMilli(1893571200000), time.UnixMilli(1893574800000))
	if err != nil || len(list.Files) != 1 || list.Skipped != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	if _, err := c.HandlingUnits(t.Context(), list.Files[0], func(*HandlingUnit) {}); err != nil {
		t.Fatal(err)
	}
	u := f.seen[len(f.seen)-1].URL
	if want := "path=%2Fyear%3D2030%2Fmonth%3D1%2Fday%3D2%2Fhour%3D8%2FaccountId%3D1%2Fx.json.gz&source="; !strings.HasPrefix(u.RawQuery, want) {
		t.Errorf("query %s, want %s", u.RawQuery, want)
	}
	if base, want := baseString(http.MethodGet, u, nil), "%26path%3D%252Fyear%253D2030"; !strings.Contains("%26"+base[strings.LastIndex(base, "&")+1:], want) {
		t.Errorf("signature base %s, want %s in it", base, want)
	}
}
