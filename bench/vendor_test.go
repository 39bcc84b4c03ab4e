package bench

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	sim "github.com/contactcenter-exporter/contactcenter_exporter/internal/simulator"
)

// replay is a vendor that delivers pages of a feed which a simulator made before, with
// gzip, so that it takes little of the processor itself. Everything else, and what follows
// the last page, is the simulator's.
type replay struct {
	*sim.Simulator
	first []byte        // the answer to the request without a token
	pages [][]byte      // of 1,000 events, with gzip
	sse   bool          // the pages are server-sent events
	begin chan struct{} // closed when the first page may be sent
	next  atomic.Int64  // page
}

// record has a simulator tell of that many events at once and asks for all of them.
func record(b testing.TB, feed string, events int) *replay {
	b.Helper()
	name, sse := strings.CutSuffix(feed, " by sse")
	v := &replay{Simulator: sim.New(sim.Options{Seed: 1, Agents: 500, Frozen: true}), sse: sse, begin: make(chan struct{})}
	path := map[string]string{"agent_events": "agentEvent/feed", "interaction_events": "event/feed"}[name]
	lv := v.LiveVox()
	var login struct{ SessionID string }
	v.ask(b, "session/login", lv.AccessToken, map[string]string{"clientName": lv.ClientName, "userName": lv.Username, "password": lv.Password}, &login)
	var answer struct{ Token string }
	v.first = v.ask(b, "realtime/"+path, login.SessionID, map[string]string{"token": ""}, &answer)
	if err := v.Burst(sim.Burst{Feed: name, Events: events}); err != nil {
		b.Fatal(err)
	}
	for len(v.pages) < events/1000 {
		page := v.ask(b, "realtime/"+path, login.SessionID, map[string]string{"token": answer.Token}, &answer)
		if v.sse {
			page = frames(page)
		}
		v.pages = append(v.pages, packed(page))
	}
	return v
}

func (v *replay) ask(b testing.TB, path, secret string, body, answer any) []byte {
	b.Helper()
	text, _ := json.Marshal(body)
	r, _ := http.NewRequestWithContext(b.Context(), http.MethodPost, "http://vendor/"+path, bytes.NewReader(text))
	r.Header = http.Header{"Content-Type": {"application/json"}, "Lv-Access": {secret}, "Lv-Session": {secret}}
	resp, err := v.RoundTrip(r)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || json.Unmarshal(page, answer) != nil {
		b.Fatalf("%s: %s %v", path, resp.Status, err)
	}
	return page
}

// frames returns a page as server-sent events.
func frames(page []byte) []byte {
	var out bytes.Buffer
	var answer struct{ Events []json.RawMessage }
	_ = json.Unmarshal(page, &answer)
	for _, e := range answer.Events {
		fmt.Fprintf(&out, "data: %s\r\n\r\n", e)
	}
	return out.Bytes()
}

func packed(text []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(text)
	_ = z.Close()
	return out.Bytes()
}

// ServeHTTP implements http.Handler.
func (v *replay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	switch {
	case strings.HasSuffix(r.URL.Path, "/sse"):
		w.Header().Set("Content-Type", "text/event-stream")
		v.stream(w, r)
	case !strings.HasSuffix(r.URL.Path, "/feed"), v.next.Load() >= int64(len(v.pages)):
		v.Simulator.ServeHTTP(w, r)
	case !bytes.Contains(body, []byte(`"token":"`)), bytes.Contains(body, []byte(`"token":""`)):
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(v.first)
	case v.begun(r):
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(v.pages[v.next.Add(1)-1])
	}
}

// begun waits for begin, and is false if the client has left before.
func (v *replay) begun(r *http.Request) bool {
	select {
	case <-v.begin:
		return true
	case <-r.Context().Done():
		return false
	}
}

// stream sends all pages.
func (v *replay) stream(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusOK)
	_ = http.NewResponseController(w).Flush()
	for _, page := range v.pages {
		if !v.begun(r) {
			return
		}
		z, _ := gzip.NewReader(bytes.NewReader(page))
		_, _ = io.Copy(w, z)
	}
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// listen serves the vendor and returns an account of it with nothing but a source.
func (v *replay) listen(b testing.TB, source string) string {
	b.Helper()
	server := httptest.NewServer(v)
	b.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	lv := v.LiveVox()
	return fmt.Sprintf(`accounts:
  - name: dialer
    vendor: livevox
    base_url: %s
    auth: {client_name: %q, username: %q, password: %q, access_token: %q}
    limits: {requests_per_second: 1000, burst: 1000}
    sources:
%s      %s
`, server.URL, lv.ClientName, lv.Username, lv.Password, lv.AccessToken,
		disabled("service_stats", "agents_status", "agent_stats", "calls_on_hold", "campaign_stats"), source)
}
