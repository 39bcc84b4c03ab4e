package backfill

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	writev2 "github.com/prometheus/client_golang/exp/api/remote/genproto/v2"

	"github.com/klauspost/compress/snappy"
	"google.golang.org/protobuf/proto"
)

// receiver is a server of remote write that answers as do says.
func receiver(t *testing.T, do func(w http.ResponseWriter, r *http.Request, body []byte)) *Remote {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		packed, _ := io.ReadAll(r.Body)
		body, err := snappy.Decode(nil, packed)
		if err != nil {
			t.Error(err)
		}
		do(w, r, body)
	}))
	t.Cleanup(server.Close)
	remote, err := NewRemote(server.URL+"/api/v1/push", http.Header{"X-Scope-Orgid": {"shop"}})
	if err != nil {
		t.Fatal(err)
	}
	return remote
}

func TestRemoteWriteSendsWhatFilesHold(t *testing.T) {
	dir := t.TempDir()
	events := agentOnline("a", start.Add(-20*time.Minute), start.Add(40*time.Hour))
	j := jobOf(t, dir, events)
	if _, err := j.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	got := map[int64]float64{}
	samples := 0
	remote := receiver(t, func(w http.ResponseWriter, r *http.Request, body []byte) {
		var q writev2.Request
		if err := proto.Unmarshal(body, &q); err != nil || r.URL.Path != "/api/v1/push" || r.Header.Get("X-Scope-OrgID") != "shop" {
			t.Errorf("%v, %s, %v", err, r.URL.Path, r.Header)
		}
		for _, s := range q.Timeseries {
			name := strings.Join(writev2.DesymbolizeLabels(s.LabelsRefs, q.Symbols, nil), " ")
			for _, p := range s.Samples {
				if samples++; name == "__name__ test_seconds_total account shop agent_id a job cc status online" {
					got[p.Timestamp/1000] = p.Value
				}
			}
		}
		w.Header().Set("X-Prometheus-Remote-Write-Samples-Written", "1")
	})
	j = jobOf(t, t.TempDir(), events)
	j.Write = remote.Write
	report, err := j.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := lines(t, dir, `test_seconds_total{account="shop",agent_id="a",job="cc",status="online"}`)
	if len(got) != len(want) || samples != report.Samples || len(want) < 100 {
		t.Errorf("%d samples, files hold %d; %d of all, the report says %d", len(got), len(want), samples, report.Samples)
	}
}

func TestRemoteWriteIsThatOfVersion1WhereTheServerHasNoOther(t *testing.T) {
	versions := map[string]int{}
	remote := receiver(t, func(w http.ResponseWriter, r *http.Request, body []byte) {
		if strings.Contains(r.Header.Get("Content-Type"), "v2") {
			w.WriteHeader(http.StatusUnsupportedMediaType)
			versions["2"]++
			return
		}
		if !bytes.Contains(body, []byte("\n\x08__name__\x12")) {
			t.Errorf("no series in %q", body[:min(len(body), 100)])
		}
		versions["1"]++
	})
	j := jobOf(t, t.TempDir(), agentOnline("a", start, start.Add(2*time.Hour)))
	j.Write = remote.Write
	if _, err := j.Run(context.Background()); err != nil || versions["2"] != 1 || versions["1"] < 3 {
		t.Errorf("%v, requests by version: %v", err, versions)
	}
}

func TestRemoteWriteSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		status     int
		text, want string
	}{
		{http.StatusBadRequest, "out of order sample", "out_of_order_time_window: 27w"},
		{http.StatusBadRequest, "sample is too old", "out_of_order_time_window: 27w"},
		{http.StatusBadRequest, "secret text", "the server answers with status 400"},
		{http.StatusUnauthorized, "secret text", "the server answers with status 401"},
	} {
		remote := receiver(t, func(w http.ResponseWriter, _ *http.Request, _ []byte) { http.Error(w, c.text, c.status) })
		j := jobOf(t, t.TempDir(), agentOnline("a", start, start.Add(2*time.Hour)))
		j.Write = remote.Write
		if _, err := j.Run(context.Background()); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%d %s: %v, want %q", c.status, c.text, err, c.want)
		}
	}
	for _, address := range []string{"", "prometheus:9090", "ftp://x/y", "http://"} {
		if _, err := NewRemote(address, nil); err == nil {
			t.Errorf("%q is a URL", address)
		}
	}
}
