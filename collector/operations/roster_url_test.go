package operations

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/config"
)

// server answers requests for a roster without a network.
type server func(*http.Request) (*http.Response, error)

func (s server) RoundTrip(req *http.Request) (*http.Response, error) { return s(req) }

func answer(code int, header http.Header, body io.Reader) (*http.Response, error) {
	return &http.Response{StatusCode: code, Header: header, Body: io.NopCloser(body)}, nil
}

func good(header http.Header) (*http.Response, error) {
	return answer(http.StatusOK, header, strings.NewReader(goodRoster))
}

const rosterURL = "https://wfm.example.com/export?key=hidden-key"

func newRoster(s server) *roster {
	c := config.Roster{URL: config.NewSecret(rosterURL), Headers: map[string]config.Secret{"Authorization": config.NewSecret("Bearer hidden-token")}}
	client := &http.Client{Transport: s, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &roster{config: c, client: client}
}

func TestTheURLOfARosterIsAskedForWhatHasChanged(t *testing.T) {
	var asked []string
	body, tag := goodRoster, `"1"`
	r := newRoster(func(req *http.Request) (*http.Response, error) {
		if req.URL.String() != rosterURL || req.Method != http.MethodGet || req.Header.Get("Authorization") != "Bearer hidden-token" {
			t.Errorf("%s %s, %v", req.Method, req.URL, req.Header)
		}
		asked = append(asked, req.Header.Get("If-None-Match")+" "+req.Header.Get("If-Modified-Since"))
		if req.Header.Get("If-None-Match") == tag {
			return answer(http.StatusNotModified, http.Header{}, http.NoBody)
		}
		return answer(http.StatusOK, http.Header{"Etag": {tag}, "Last-Modified": {"Mon, 02 Mar 2026 08:00:00 GMT"}}, strings.NewReader(body))
	})
	for after := time.Duration(0); after < 20*time.Minute; after += 30 * time.Second {
		if after == 12*time.Minute {
			body, tag = strings.Replace(goodRoster, "a3,9", "a3,8", 1), `"2"`
		}
		r.refresh(t.Context(), begin.Add(after))
		if n := len(r.duties.scheduled(begin)["9"]); r.err != nil || n != map[bool]int{true: 2, false: 3}[after >= 15*time.Minute] {
			t.Errorf("after %v: %d agents, %v", after, n, r.err)
		}
	}
	if got, want := fmt.Sprintf("%q", asked), `[" " "\"1\" Mon, 02 Mar 2026 08:00:00 GMT" "\"1\" Mon, 02 Mar 2026 08:00:00 GMT" "\"1\" Mon, 02 Mar 2026 08:00:00 GMT"]`; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
	asked = nil
	if r.refresh(t.Context(), begin.Add(8*24*time.Hour)); fmt.Sprint(asked) != "[ ]" { // a calendar is known for a fortnight
		t.Errorf("after a week asked for %q", asked)
	}
}

// Each fault leaves the former roster in use, says so, names no secret, and is over when
// it is.
func TestFaultsOfTheURLOfARosterKeepTheFormerOne(t *testing.T) {
	for name, c := range map[string]struct {
		fault server
		want  string
	}{
		"404": {func(*http.Request) (*http.Response, error) { return answer(404, nil, strings.NewReader("hidden-key")) }, "HTTP 404 Not Found"},
		"401": {func(*http.Request) (*http.Response, error) { return answer(401, nil, http.NoBody) }, "HTTP 401 Unauthorized"},
		"a redirect": {func(*http.Request) (*http.Response, error) {
			return answer(302, http.Header{"Location": {"https://elsewhere.example.com/hidden-key"}}, http.NoBody)
		}, "HTTP 302 Found"},
		"HTML": {func(*http.Request) (*http.Response, error) {
			return answer(200, nil, strings.NewReader("<html>Log in, hidden-key</html>"))
		}, "the first row must name the columns"},
		"nothing": {func(*http.Request) (*http.Response, error) { return answer(200, nil, http.NoBody) }, "the first row must name the columns"},
		"a calendar cut off": {func(*http.Request) (*http.Response, error) {
			return answer(200, nil, strings.NewReader("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1"))
		}, "is no iCalendar file"},
		"truncated": {func(*http.Request) (*http.Response, error) {
			return answer(200, nil, io.MultiReader(strings.NewReader(goodRoster[:200]), failing{io.ErrUnexpectedEOF}))
		}, "the answer ended early (truncated)"},
		"huge": {func(*http.Request) (*http.Response, error) {
			return answer(200, nil, io.MultiReader(strings.NewReader(goodRoster), failing{&http.MaxBytesError{Limit: config.MaxRoster}}))
		}, "is larger than 64MiB"},
		"no connection": {func(*http.Request) (*http.Response, error) { return nil, errors.New("refused") }, "refused"},
		"slow": {func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		}, "deadline exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				answered := func(*http.Request) (*http.Response, error) { return good(http.Header{"Etag": {`"1"`}}) }
				r := newRoster(func(req *http.Request) (*http.Response, error) { return answered(req) })
				var told []error
				r.read = func(err error) { told = append(told, err) }
				start := time.Now()
				r.refresh(t.Context(), start)
				answered = c.fault
				time.Sleep(rosterInterval)
				before := time.Now()
				r.refresh(t.Context(), before)
				if took := time.Since(before); took > rosterTimeout {
					t.Errorf("it took %v", took)
				}
				if r.err == nil || !strings.Contains(r.err.Error(), c.want) || strings.Contains(fmt.Sprintf("%+v", r.err), "hidden") {
					t.Errorf("the error is %v, want %s", r.err, c.want)
				}
				if len(r.duties.list) != 4 || !r.at.Equal(start) {
					t.Errorf("%d duties of %v", len(r.duties.list), r.at)
				}
				answered = func(*http.Request) (*http.Response, error) { return good(nil) }
				r.refresh(t.Context(), before.Add(rosterRetry-time.Second))
				if r.err == nil {
					t.Error("it is asked again at once")
				}
				r.refresh(t.Context(), before.Add(rosterRetry))
				if r.err != nil || !r.at.Equal(before.Add(rosterRetry)) || len(told) != 4 || told[0] != nil || told[1] == nil || told[3] != nil {
					t.Errorf("after the fault: %v, read at %v, told %v", r.err, r.at, told)
				}
			})
		})
	}
}

// failing is a body that breaks.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestAnAnswerThatNothingHasChangedIsNoRoster(t *testing.T) {
	r := newRoster(func(*http.Request) (*http.Response, error) { return answer(304, nil, http.NoBody) })
	if r.refresh(context.Background(), begin); r.err == nil || !r.at.IsZero() {
		t.Errorf("%v, read at %v", r.err, r.at)
	}
}

func TestReasonsOfSkippedRowsNameNoContent(t *testing.T) {
	d, err := readDuties([]byte("agent_id,group_id,activity,start,end\nmeier,9,x,gestern,morgen\n,9,x,gestern,morgen\nmeier,9,x\nmeier,9,lunch,2026-03-02T09:00:00Z,2026-03-02T10:00:00Z\n\"a\"b,9\n"), config.Roster{}, AgentIDs{}, begin)
	if err != nil || d.skipped != 4 || d.breaks != 1 || len(d.list) != 0 {
		t.Errorf("%+v, %v", d, err)
	}
	if got, want := strings.Join(d.reasons, "; "), "line 2 has a start that is no time such as 2026-03-02T09:00:00+01:00; line 3 has no agent_id; line 4 has too few columns"; got != want {
		t.Errorf("got %s", got)
	}
}
