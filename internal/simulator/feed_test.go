package simulator

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// feedAnswer is an answer of either feed.
type feedAnswer struct {
	Token      string
	AgentEvent []map[string]any
	Events     []map[string]any
}

const (
	agentFeedPath = "/realtime/agentEvent/feed"
	callFeedPath  = "/realtime/event/feed"
	streamPath    = "/realtime/event/feed/sse"
)

func newBubble(t *testing.T, o Options) *stand {
	o.Now = time.Now
	return newStand(t, o)
}

func tokenBody(token string) string { return `{"token":"` + token + `"}` }

// follow polls a feed for a time and returns the events and the first and last token.
func (s *stand) follow(path string, d time.Duration) (events []map[string]any, first, last string) {
	s.t.Helper()
	var a feedAnswer
	s.get(&a, "POST", path, "{}")
	first, last = a.Token, a.Token
	for end := time.Now().Add(d); time.Now().Before(end); {
		a = feedAnswer{}
		s.get(&a, "POST", path, tokenBody(last))
		if a.Token == last {
			s.t.Fatal("the token stays the same")
		}
		last = a.Token
		events = append(events, append(a.AgentEvent, a.Events...)...)
	}
	return events, first, last
}

func TestAgentFeedGivesEachEventOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newBubble(t, Options{})
		events, first, last := s.follow(agentFeedPath, 20*time.Minute)
		counts, seen := map[string]int64{}, map[string]bool{}
		sorted := true
		for i, e := range events {
			line, _ := e["lineNumber"].(string)
			key := e["eventId"].(string) + line
			if seen[key] {
				t.Errorf("%s came twice", key)
			}
			seen[key] = true
			counts[e["eventType"].(string)+"|"+orDefault(strings.ToLower(line), "none")]++
			sorted = sorted && (i == 0 || events[i-1]["timestamp"].(float64) <= e["timestamp"].(float64))
		}
		want := map[string]int64{}
		truth := s.FeedTruth(first, last)
		for key, n := range truth.AgentEvents {
			part := strings.Split(key, "|")
			want[part[1]+"|"+part[2]] += n
		}
		if !maps.Equal(counts, want) || truth.AgentEventTotal != int64(len(events)) || len(events) < 100 {
			t.Errorf("%d events:\n got %v\nwant %v", len(events), counts, want)
		}
		if sorted {
			t.Error("every event came in order")
		}
		if counts["READY|acd"] == 0 || counts["READY|direct"] != counts["READY|acd"] {
			t.Errorf("lines: %v", counts)
		}
	})
}

func TestInteractionFeedAgreesWithTruth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newBubble(t, Options{})
		events, first, last := s.follow(callFeedPath, 30*time.Minute)
		truth := s.FeedTruth(first, last)
		results, types := map[string]int64{}, map[string]int64{}
		for _, e := range events {
			id := ""
			switch v := e["serviceId"].(type) {
			case float64:
				id = decimal(int64(v))
			case string:
				id = v
			}
			kind := e["interactionType"].(string)
			if name, has := e["callEventType"].(string); has {
				kind = name
			}
			types[kind]++
			if kind == "CALL_TERMINATION" {
				results[id+"|"+e["lvResult"].(string)]++
			}
		}
		if !maps.Equal(results, truth.Results) || int64(len(events)) != truth.InteractionTotal {
			t.Errorf("%d of %d events:\n got %v\nwant %v", len(events), truth.InteractionTotal, results, truth.Results)
		}
		for _, kind := range []string{"CALL_START", "CALL_TERMINATION", "CALL_DISPOSITION", "SMS", "Email"} {
			if types[kind] == 0 {
				t.Errorf("no %s in %v", kind, types)
			}
		}
	})
}

func TestFeedTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newBubble(t, Options{Frozen: true})
		var first, idle feedAnswer
		s.get(&first, "POST", callFeedPath, `{"token":""}`)
		tick, token, fine := parseTimeUUID(first.Token)
		if !fine || !token || milliOf(tick) != time.Now().UnixMilli() || len(first.Events) != 0 {
			t.Errorf("first token %s of %v", first.Token, time.UnixMilli(milliOf(tick)))
		}
		begin := time.Now()
		s.get(&idle, "POST", callFeedPath, tokenBody(first.Token))
		if held := time.Since(begin); held != 10*time.Second || len(idle.Events) != 0 || idle.Token == first.Token {
			t.Errorf("held %v, %d events, token %s", held, len(idle.Events), idle.Token)
		}
		if err := s.Burst(Burst{"interaction_events", 1700}); err != nil {
			t.Fatal(err)
		}
		var one, again, two feedAnswer
		s.get(&one, "POST", callFeedPath, tokenBody(idle.Token))
		s.get(&again, "POST", callFeedPath, tokenBody(first.Token))
		s.get(&two, "POST", callFeedPath, tokenBody(one.Token))
		if len(one.Events) != 1000 || len(two.Events) != 700 || one.Token != again.Token {
			t.Errorf("%d and %d events", len(one.Events), len(two.Events))
		}
		if n := s.FeedTruth(first.Token, two.Token).InteractionTotal; n != 1700 {
			t.Errorf("truth %d", n)
		}
		s.get(&one, "POST", callFeedPath+"?count=500", tokenBody(first.Token))
		if len(one.Events) != 500 {
			t.Errorf("%d events", len(one.Events))
		}
		time.Sleep(24*time.Hour + time.Second)
		s.lv = ""
		b := s.status(http.StatusBadRequest, "POST", callFeedPath, tokenBody(first.Token))
		var e struct {
			Code    int
			Message string
		}
		if json.Unmarshal(b, &e) != nil || e.Code != 202 || !strings.Contains(e.Message, "more than 24 hours old") {
			t.Errorf("%s", b)
		}
		s.status(http.StatusBadRequest, "POST", callFeedPath, tokenBody("nonsense"))
		s.status(http.StatusBadRequest, "POST", callFeedPath+"?count=499", "{}")
		s.status(http.StatusBadRequest, "POST", agentFeedPath, "{")
		s.status(http.StatusOK, "POST", agentFeedPath, "")
	})
}

func TestHeldRequestsAnswerAtOnceWhenThereIsNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newBubble(t, Options{Frozen: true})
		var a feedAnswer
		s.get(&a, "POST", agentFeedPath, "{}")
		go func() {
			time.Sleep(3 * time.Second)
			_ = s.Burst(Burst{"agent_events", 5})
		}()
		begin := time.Now()
		s.get(&a, "POST", agentFeedPath, tokenBody(a.Token))
		if held := time.Since(begin); held < 3*time.Second || held > 3100*time.Millisecond || len(a.AgentEvent) == 0 {
			t.Errorf("held %v, %d events", held, len(a.AgentEvent))
		}
	})
}

func TestFeedFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newBubble(t, Options{Frozen: true})
		var first, a feedAnswer
		s.get(&first, "POST", callFeedPath, "{}")
		_ = s.Burst(Burst{"interaction_events", 400})
		time.Sleep(time.Second)
		s.get(&a, "POST", callFeedPath, strings.Replace(tokenBody(first.Token), "}",
			`,"filter":{"interactionType":[{"type":"SMS"}],"service":[{"id":9001},{"id":"9008"}]}}`, 1))
		if len(a.Events) != 20 {
			t.Errorf("%d events", len(a.Events))
		}
		for _, e := range a.Events {
			if e["interactionType"] != "SMS" || e["serviceId"] != "9001" && e["serviceId"] != "9008" {
				t.Errorf("%v", e)
			}
		}
	})
}

func TestFeedsThatAreOff(t *testing.T) {
	s := newStand(t, Options{FeedsOff: true})
	for _, path := range []string{agentFeedPath, callFeedPath} {
		if b := s.status(http.StatusBadRequest, "POST", path, "{}"); !strings.Contains(string(b), `"code":202`) {
			t.Errorf("%s", b)
		}
	}
}

// open opens a stream.
func (s *stand) open(token string) *http.Response {
	s.t.Helper()
	r, _ := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://sim.example.com"+streamPath,
		strings.NewReader(tokenBody(token)))
	r.Header.Set("LV-Session", s.session())
	r.Header.Set("Accept", "text/event-stream, application/json")
	r.Header.Set("Content-Type", "application/json")
	res, err := s.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	return res
}

// readStream reads a stream to its end: the ids of its events, its comments, and how it ended.
func readStream(r io.Reader) (ids, comments []string, err error) {
	b := bufio.NewReader(r)
	for {
		line, err := b.ReadString('\n')
		if err != nil {
			return ids, comments, err
		}
		line = strings.TrimSuffix(line, "\r\n")
		if text, is := strings.CutPrefix(line, ": "); is {
			comments = append(comments, text)
		}
		var e struct{ EventID string }
		if text, is := strings.CutPrefix(line, "data: "); is && json.Unmarshal([]byte(text), &e) == nil {
			ids = append(ids, e.EventID)
		}
	}
}

func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newBubble(t, Options{Frozen: true})
		go func() {
			time.Sleep(35 * time.Second)
			_ = s.Burst(Burst{"interaction_events", 1500})
		}()
		begin := time.Now()
		res := s.open("")
		defer res.Body.Close()
		ids, comments, err := readStream(res.Body)
		if took := time.Since(begin); !errors.Is(err, io.EOF) || took < 335*time.Second || took > 336*time.Second {
			t.Errorf("the stream ended after %v with %v", took, err)
		}
		if len(ids) != 1500 || len(comments) < 30 || !strings.HasPrefix(comments[0], "keepalive 1999-12-31 19:00:10-0500") {
			t.Errorf("%d events, comments %.3q", len(ids), comments)
		}
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
			t.Errorf("%v", res.Header)
		}
		again := s.open(ids[1399])
		defer again.Body.Close()
		rest, _, _ := readStream(again.Body)
		if len(rest) != 100 || rest[0] != ids[1400] {
			t.Errorf("resumed with %d events", len(rest))
		}
		s.status(http.StatusBadRequest, "POST", streamPath, "{}", "Accept", "text/event-stream")
	})
}

func TestStreamFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newBubble(t, Options{Frozen: true})
		var first feedAnswer
		s.get(&first, "POST", callFeedPath, "{}")
		_ = s.Burst(Burst{"interaction_events", 50})
		time.Sleep(time.Second)
		read := func(f Fault) (ids []string, err error) {
			f.Count = 1
			if err := s.AddFault(f); err != nil {
				t.Fatal(err)
			}
			res := s.open(first.Token)
			defer res.Body.Close()
			ids, _, err = readStream(res.Body)
			return ids, err
		}
		if ids, err := read(Fault{Kind: "stream_cut", Size: 7}); len(ids) != 7 || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut: %d events, %v", len(ids), err)
		}
		if ids, _ := read(Fault{Kind: "split_data"}); len(ids) != 0 {
			t.Errorf("split: %d events are on one line", len(ids))
		}
		if ids, _ := read(Fault{Kind: "bad_record"}); len(ids) != 50 {
			t.Errorf("bad record: %d events", len(ids))
		}
		if ids, _ := read(Fault{Kind: "bad_time"}); len(ids) != 50 {
			t.Errorf("bad time: %d events", len(ids))
		}
		var login sync.WaitGroup // the stream may end before it
		login.Go(func() {
			time.Sleep(time.Minute)
			_ = s.AddFault(Fault{Kind: "session_revoked", Endpoint: "login"})
			s.lv = ""
			s.session()
		})
		begin := time.Now()
		if _, err := read(Fault{Kind: "unknown_field"}); !errors.Is(err, io.EOF) || time.Since(begin) > 80*time.Second {
			t.Errorf("revoked: %v after %v", err, time.Since(begin))
		}
		login.Wait()
	})
}
