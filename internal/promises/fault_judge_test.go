package promises

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// judge looks, at the end of the fault, at each source of the account that it hits.
func (st *stage) judge() {
	st.t.Helper()
	account := st.account()
	now := st.shown(account)
	for _, source := range st.sources(account) {
		up := now.value(st.t, "contactcenter_source_up", "source", source) == 1
		switch {
		case st.hit(source):
			st.judgeHit(account, source, now, up)
		case !st.row.others:
			st.judgeSpared(source, now, up)
		}
	}
	text := textSeries(st.t, st.scrape(acceptText).Body.String())
	sameSeries(st.t, "OpenMetrics", openMetricsSeries(st.t, st.scrape(acceptOpenMetrics).Body.String()), text)
	sameSeries(st.t, "protobuf", protobufSeries(st.t, st.scrape(acceptProtobuf).Body), text)
}

// judgeHit looks at a source that fails: what it shows is gone once it is too old,
// and nothing makes it look newer.
func (st *stage) judgeHit(account, source string, now sheet, up bool) {
	st.t.Helper()
	if up {
		st.t.Errorf("%s is up", source)
	}
	for k, v := range now.errors(source) {
		if v > st.before[k] && !strings.Contains(k, fmt.Sprintf("class=%q", st.row.class)) {
			st.t.Errorf("%s grew to %v, want class %s", k, v, st.row.class)
		}
	}
	k := id("contactcenter_source_fetch_errors_total", "source", source, "class", string(st.row.class))
	if now[k] <= st.before[k] {
		st.t.Errorf("%s: no error of class %s, but %v", source, st.row.class, now.errors(source))
	}
	now.lastError(st.t, source, string(st.row.class))
	success := id("contactcenter_source_last_success_timestamp_seconds", "source", source)
	if at := time.UnixMilli(int64(now[success] * 1000)); at.After(st.begun.Add(time.Second)) {
		st.t.Errorf("%s: the last success moved to %s after the fault began", source, at.Sub(st.begun))
	}
	if n := st.gauges(account, source); n != 0 && st.row.lasts > 3*time.Minute {
		st.t.Errorf("%s: %d gauges are shown that are older than max_age", source, n)
	}
}

// judgeSpared looks at a source that the fault must not reach.
func (st *stage) judgeSpared(source string, now sheet, up bool) {
	st.t.Helper()
	if !up {
		st.t.Errorf("%s is down and not at fault", source)
	}
	for k, v := range now.errors(source) {
		if v > st.before[k] {
			st.t.Errorf("%s grew to %v and its source is not at fault", k, v)
		}
	}
	now.lastError(st.t, source, "")
	if age := now.age(source); age < 0 || age > 61*time.Second {
		st.t.Errorf("%s is %s old and not at fault", source, age)
	}
}

// recover waits until every source is up again, not too long.
func (st *stage) recover() {
	st.t.Helper()
	for begin := time.Now(); ; time.Sleep(5 * time.Second) {
		down := ""
		for k, v := range st.shown(st.account()).of("contactcenter_source_up") {
			if v != 1 {
				down = k
			}
		}
		if down == "" {
			for _, source := range st.sources(st.account()) {
				st.shown(st.account()).lastError(st.t, source, "")
			}
			return
		}
		if took := time.Since(begin); took > st.row.back {
			st.t.Errorf("%s after %s", down, took)
			return
		}
	}
}

// compareWithTwin compares the counters with those of the centre without a fault:
// nothing is lost or counted twice.
func (st *stage) compareWithTwin() {
	st.t.Helper()
	if st.row.loses {
		return
	}
	account := st.account()
	compare(st.t, "after the fault", vendorCounters(st.shown(account)), vendorCounters(st.shown("well-"+account)))
	if n := len(vendorCounters(st.shown(account))); n < 10 {
		st.t.Errorf("only %d counters to compare", n)
	}
}

// vendorCounters are those of what happened at the vendor where it has
// settled. Day totals of hidden agents, and time in a status, go on later.
func vendorCounters(s sheet) sheet {
	out := sheet{}
	for k, v := range s.counters() {
		if !strings.HasPrefix(k, "contactcenter_") && !strings.HasPrefix(k, "liveperson_agent_status_seconds_total") {
			out[k] = v
		}
	}
	return out
}

// judgeLog looks that each source at fault said so once, and once that it is over.
func (st *stage) judgeLog() {
	st.t.Helper()
	account := st.account()
	for _, source := range st.sources(account) {
		failed, again := st.lines.count(account, source, "fetch failed"), st.lines.count(account, source, "fetch succeeds again")
		want := 0
		if st.hit(source) {
			want = st.row.lines
		}
		if want >= 0 && !st.row.others && (failed != want || again != min(want, 1)) {
			st.t.Errorf("%s: %d lines say that it fails and %d that it succeeds again, want %d and %d:\n%s", source, failed, again, want, min(want, 1), st.lines)
		}
	}
	for k, n := range st.lines.counts() {
		if strings.HasPrefix(k, "well-") {
			st.t.Errorf("the twin logs %s (%d times)", k, n)
		}
	}
}

// sources are those of an account.
func (st *stage) sources(account string) []string {
	var names []string
	for _, s := range st.manager.Status() {
		for _, source := range s.Sources {
			if s.Account == account {
				names = append(names, source.Name)
			}
		}
	}
	return names
}

// asked counts the requests of an endpoint since the fault began.
func (st *stage) asked(endpoint string) int { return since(st.ill, st.requests)[endpoint] }

// lines is a log that is kept, without what is written for debugging.
type lines struct {
	mu  sync.Mutex
	all []map[string]string
}

// Log implements log.Logger.
func (l *lines) Log(keyvals ...any) error {
	line := map[string]string{}
	for i := 0; i+1 < len(keyvals); i += 2 {
		line[fmt.Sprint(keyvals[i])] = fmt.Sprint(keyvals[i+1])
	}
	if line["level"] == "debug" {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, line)
	return nil
}

func (l *lines) count(account, source, msg string) int {
	return l.counts()[account+" "+source+": "+msg]
}

func (l *lines) counts() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	counts := map[string]int{}
	for _, line := range l.all {
		counts[line["account"]+" "+line["source"]+": "+line["msg"]]++
	}
	return counts
}

// String returns the lines, for the text of a failure.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	for _, line := range l.all {
		for _, k := range slices.Sorted(maps.Keys(line)) {
			fmt.Fprintf(&b, "%s=%s ", k, line[k])
		}
		b.WriteByte('\n')
	}
	return b.String()
}
