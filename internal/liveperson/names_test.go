package liveperson

import (
	"context"
	"io"
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

// A login that is refused is no permission that is missing: it is tried again sooner.
func TestRefusedLoginOfNamesIsOneOfTheCredentials(t *testing.T) {
	f := &fake{token: func(w http.ResponseWriter, _ url.Values) { w.WriteHeader(http.StatusUnauthorized) }}
	if _, err := f.client(t).Names().Read(context.Background()); api.ClassOf(err) != api.Auth {
		t.Errorf("%v has the class %s", err, api.ClassOf(err))
	}
}
