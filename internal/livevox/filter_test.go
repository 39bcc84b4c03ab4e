package livevox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

func numbers(from, n int) []string {
	var ids []string
	for i := range n {
		ids = append(ids, strconv.Itoa(from+i))
	}
	return ids
}

// tenant is a vendor with services, who refuses requests that cover too many.
type tenant struct{ services []string }

func (t tenant) stats(w http.ResponseWriter, req *http.Request) {
	var body request
	if err := json.NewDecoder(req.Body).Decode(&body); err != nil {
		refuse(w, http.StatusBadRequest, 200)
		return
	}
	asked := t.services
	if body.Filter != nil {
		asked = nil
		for _, s := range body.Filter.Service {
			asked = append(asked, s.ID)
		}
		for _, c := range body.Filter.CallCenter {
			asked = append(asked, t.of(c.ID)...)
		}
	}
	if len(asked) > 150 {
		refuse(w, http.StatusBadRequest, 202)
		return
	}
	var rows []string
	for _, id := range asked {
		rows = append(rows, fmt.Sprintf(`{"serviceId":%q,"callCenterId":"1"}`, id))
	}
	fmt.Fprintf(w, `{"stats":[%s]}`, strings.Join(rows, ","))
}

// of returns the services of a call center: those that end with its id.
func (t tenant) of(center string) []string {
	var out []string
	for _, id := range t.services {
		if strings.HasSuffix(id, center) {
			out = append(out, id)
		}
	}
	return out
}

// list plays the pages of the Configuration API.
func (t tenant) list(w http.ResponseWriter, req *http.Request) {
	offset, _ := strconv.Atoi(req.URL.Query().Get("offset"))
	count, _ := strconv.Atoi(req.URL.Query().Get("count"))
	end := min(offset+count, len(t.services))
	var rows []string
	for _, id := range t.services[min(offset, end):end] {
		rows = append(rows, `{"serviceId":`+id+`}`)
	}
	next := "null"
	if end < len(t.services) {
		next = `"https://elsewhere.example.net/page"`
	}
	fmt.Fprintf(w, `{"service":[%s],"next":%s}`, strings.Join(rows, ","), next)
}

func (t tenant) vendor() *vendor {
	return &vendor{answers: map[string]http.HandlerFunc{
		"realtime/service/stats": t.stats, "configuration/services": t.list,
	}}
}

func idsOf(rows []ServiceStat) []string {
	var ids []string
	for _, r := range rows {
		ids = append(ids, string(r.ID))
	}
	slices.Sort(ids)
	return ids
}

func TestFilterIsAskedInChunks(t *testing.T) {
	all := numbers(1000, 400)
	v := tenant{all}.vendor()
	stats, err := newClient(t, v, filtered(all, nil)).ServiceStats(t.Context())
	if err != nil || !slices.Equal(idsOf(stats.Rows), all) {
		t.Fatalf("%d rows, %v; want 400", len(stats.Rows), err)
	}
	if got := len(v.sent("realtime/service/stats")); got != 3 {
		t.Errorf("%d requests for 400 services, want 3", got)
	}
}

func TestWithoutFilterManyServicesAreAskedByList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := numbers(1000, 2100) // over three pages of the list
		v := tenant{all}.vendor()
		c := newClient(t, v)
		for range 3 {
			stats, err := c.ServiceStats(t.Context())
			if err != nil || !slices.Equal(idsOf(stats.Rows), all) {
				t.Fatalf("%d rows, %v; want 2100", len(stats.Rows), err)
			}
		}
		if got := len(v.sent("realtime/service/stats")); got != 1+3*14 {
			t.Errorf("%d requests, want one that is refused and three times 14", got)
		}
		if got := len(v.sent("configuration/services")); got != 3 {
			t.Errorf("the list is read with %d requests, want 3", got)
		}
		time.Sleep(16 * time.Minute)
		if _, err := c.ServiceStats(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := len(v.sent("configuration/services")); got != 6 {
			t.Errorf("an old list is not read again: %d requests", got)
		}
	})
}

func TestTooManyServicesWithoutListSaysWhatToDo(t *testing.T) {
	v := tenant{numbers(1, 200)}.vendor()
	delete(v.answers, "configuration/services")
	_, err := newClient(t, v).ServiceStats(t.Context())
	if err == nil || !strings.Contains(err.Error(), "filter.service_ids") || api.ClassOf(err) != api.ClientError {
		t.Errorf("the error is %v", err)
	}
}

func TestServicesAndCallCentersAreTheUnion(t *testing.T) {
	v := tenant{[]string{"11", "12", "21", "22", "32"}}.vendor()
	stats, err := newClient(t, v, filtered([]string{"11", " 022", "22"}, []string{"2"})).ServiceStats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := idsOf(stats.Rows); !slices.Equal(got, []string{"11", "12", "22", "32"}) {
		t.Errorf("services %v, want each of the union once", got)
	}
	for _, r := range v.sent("realtime/service/stats") {
		if strings.Contains(r.body, "service") && strings.Contains(r.body, "callCenter") {
			t.Errorf("one request has both kinds of filter: %s", r.body)
		}
	}
}

func TestMethodsWithoutServiceAreAskedOncePerService(t *testing.T) {
	averages := func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		if !strings.Contains(string(body), `"service":[{"id":"9002"}]`) {
			_, _ = io.WriteString(w, `{"agentAverages":[{"averageReadyTime":"3","timeStamp":"1417075930315"},{"averageReadyTime":"4","timeStamp":"1417077749955"}]}`)
			return
		}
		refuse(w, http.StatusNotFound, 203) // a service that is gone
	}
	for name, test := range map[string]struct {
		change func(*Config)
		before bool // ask service_stats before
		list   bool // the vendor has a list
		want   []ID
	}{
		"of the filter":               {filtered([]string{"9001", "9002"}, nil), false, false, []ID{"9001"}},
		"seen in another answer":      {func(*Config) {}, true, false, []ID{"38049", "9001"}},
		"asked for, if none is known": {func(*Config) {}, false, false, []ID{"38049", "9001"}},
		"listed, if nothing is up":    {func(*Config) {}, false, true, []ID{"7", "8"}},
	} {
		t.Run(name, func(t *testing.T) {
			v := &vendor{answers: map[string]http.HandlerFunc{
				"realtime/service/agents/averages": averages,
				"realtime/service/stats":           says(`{"stats":[{"serviceId":"9001"},{"serviceId":38049},{"serviceId":"9002"}]}`),
			}}
			if test.list {
				v.answers["configuration/services"] = tenant{[]string{"7", "8"}}.list
				v.answers["realtime/service/stats"] = says(`{"stats":[]}`)
			}
			c := newClient(t, v, test.change)
			if test.before {
				if _, err := c.ServiceStats(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			got, err := c.AgentAverages(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var ids []ID
			for _, s := range got.Services {
				ids = append(ids, s.ServiceID)
				if s.Ready.Value != 4 {
					t.Errorf("service %s: ready %v, want that of the newest row", s.ServiceID, s.Ready.Value)
				}
			}
			if !slices.Equal(ids, test.want) {
				t.Errorf("services %v, want %v", ids, test.want)
			}
		})
	}
}

func TestServiceErrorsThatConcernAllAreErrors(t *testing.T) {
	for status, want := range map[int]api.Class{400: api.ClientError, 403: api.Forbidden, 500: api.VendorError} {
		v := &vendor{answers: map[string]http.HandlerFunc{"realtime/service/liveConnects": func(w http.ResponseWriter, _ *http.Request) { refuse(w, status, 1) }}}
		_, err := newClient(t, v, filtered([]string{"1", "2"}, nil)).LiveConnects(t.Context())
		if api.ClassOf(err) != want {
			t.Errorf("HTTP %d: %v, want class %s", status, err, want)
		}
	}
}

func TestInteractionFilterCoversUnionHere(t *testing.T) {
	c := newClient(t, statsVendor(), filtered([]string{"1"}, []string{"7"}))
	if f := c.interactionFilter(nil); f != nil {
		t.Errorf("the vendor is sent %+v, although it doesn't say how it combines them", f)
	}
	for _, test := range []struct {
		service, center ID
		want            bool
	}{{"1", "3", true}, {"2", "7", true}, {"2", "3", false}, {"", "", true}} {
		if got := c.filter.covers(test.service, test.center); got != test.want {
			t.Errorf("service %q of call center %q: %v, want %v", test.service, test.center, got, test.want)
		}
	}
	c = newClient(t, statsVendor(), filtered([]string{"1"}, nil))
	if f := c.interactionFilter([]string{"email"}); len(f.Service) != 1 || f.InteractionType[0].Type != "EMAIL" {
		t.Errorf("the filter is %+v", f)
	}
}
