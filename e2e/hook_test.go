package e2e

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// hook is the webhook at the end of the chain. It holds what fires, by what it received.
type hook struct {
	mu       sync.Mutex
	firing   map[string]bool
	expected map[string]bool
	wrong    []string
	chat     []string // texts of messages in the form of Slack
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, "ok") // without it Alertmanager takes a message in the form of Slack as refused
	var message struct {
		Alerts []struct {
			Status              string
			Labels, Annotations map[string]string
		}
		Attachments []struct{ Text string }
	}
	if json.NewDecoder(r.Body).Decode(&message) != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, a := range message.Attachments {
		h.chat = append(h.chat, a.Text)
	}
	for _, a := range message.Alerts {
		key := short(a.Labels)
		delete(h.firing, key)
		if a.Status != "firing" {
			continue
		}
		h.firing[key] = true
		if !h.expected[key] {
			h.wrong = append(h.wrong, "not expected: "+key+": "+a.Annotations["description"])
		}
		if !strings.Contains(a.Annotations["runbook_url"], "docs/runbooks.md#contactcenter") {
			h.wrong = append(h.wrong, key+" came without its runbook")
		}
	}
}

// short names an alert as the scenes do.
func short(labels map[string]string) string {
	name := strings.TrimPrefix(labels["alertname"], "ContactCenter")
	for _, label := range []string{"account", "group_name", "source"} {
		if labels[label] != "" {
			name += " " + labels[label]
		}
	}
	return name
}

// expect says what may fire from now on; anything else is wrong.
func (h *hook) expect(names ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, n := range names {
		h.expected[n] = true
	}
}

// saidInChat says whether a message contains a text.
func (h *hook) saidInChat(text string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.ContainsFunc(h.chat, func(s string) bool { return strings.Contains(s, text) })
}

// told lists what the webhook received as firing, and not as resolved, and what was wrong about it.
func (h *hook) told() (firing, wrong []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(maps.Keys(h.firing)), slices.Clone(h.wrong)
}
