package liveperson

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// What hasn't changed is held, and asked for by its revision; a part that the account
// doesn't have is empty.
func TestNamesAreAskedForByTheirRevision(t *testing.T) {
	var conditional, full int
	bodies := map[string]string{
		"status-reasons": `[{"id":1,"text":"Break"}]`, "skills": `[{"id":2,"name":"a"}]`, "agentGroups": `[{"id":"3"}]`,
		"workinghours": `[{"id":4,"isDefault":true}]`, "4": `{"id":4,"events":[]}`,
	}
	f := &fake{api: func(w http.ResponseWriter, r *http.Request) {
		body, known := bodies[r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]]
		switch {
		case !known:
			w.WriteHeader(http.StatusNotFound)
		case r.Header.Get("If-Match") == "r1":
			conditional++
			w.WriteHeader(http.StatusNotModified)
		default:
			full++
			w.Header().Set("ac-revision", "r1")
			io.WriteString(w, body)
		}
	}}
	reader := f.client(t).Names()
	for range 3 {
		n, err := reader.Read(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(n.Reasons) != 1 || len(n.Skills) != 1 || len(n.Groups) != 1 || len(n.Hours) != 1 || !n.Hours["4"].IsDefault.Value || len(n.Days) != 0 {
			t.Errorf("%+v", n)
		}
	}
	if full != 5 || conditional != 10 {
		t.Errorf("%d whole answers and %d conditional ones, want 5 and 10", full, conditional)
	}
}

// An object in place of a list, or null in place of a calendar's events, is no list that is empty: what was known stays, and the answer is partial.
func TestNamesKeepAListThatIsMissing(t *testing.T) {
	const calendar = `{"id":4,"events":[{"start":{}}]}`
	whole := map[string]string{
		"status-reasons": `[{"id":1}]`, "skills": `[{"id":2}]`, "agentGroups": `[{"id":"3"}]`,
		"workinghours": `[{"id":4}]`, "specialoccasion": `[{"id":4}]`, "4": calendar,
	}
	for part := range whole {
		for _, missing := range []string{`{}`, `{"id":4,"events":null}`, `{"id":4,"events":{}}`} {
			bodies := maps.Clone(whole)
			f := &fake{api: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("ac-revision", "r1")
				io.WriteString(w, bodies[r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]])
			}}
			reader := f.client(t).Names()
			for poll, want := range []bool{false, true, false} {
				bodies[part] = whole[part]
				if want {
					bodies[part] = missing
				}
				n, err := reader.Read(context.Background())
				if err != nil || n.Partial != want {
					t.Errorf("%s, %s, poll %d: partial %t, %v", part, missing, poll, n.Partial, err)
				}
				if len(n.Reasons) != 1 || len(n.Skills) != 1 || len(n.Groups) != 1 || len(n.Hours["4"].Events.Items) != 1 || len(n.Days["4"].Events.Items) != 1 {
					t.Errorf("%s, %s, poll %d: %+v", part, missing, poll, n)
				}
			}
		}
	}
}

// A login that is refused is no permission that is missing: it is tried again sooner.
func TestRefusedLoginOfNamesIsOneOfTheCredentials(t *testing.T) {
	f := &fake{token: func(w http.ResponseWriter, _ url.Values) { w.WriteHeader(http.StatusUnauthorized) }}
	if _, err := f.client(t).Names().Read(context.Background()); api.ClassOf(err) != api.Auth {
		t.Errorf("%v has the class %s", err, api.ClassOf(err))
	}
}
