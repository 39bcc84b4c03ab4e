package livevox

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// mutations are what one record of a thousand may be instead: those that cost
// the record, and those that cost a field at most.
func mutations() (lost, kept map[string]string) {
	lost = map[string]string{
		"null": `null`, "a number": `7`, "a text": `"x"`, "true": `true`, "a list": `[{}]`,
	}
	kept = map[string]string{
		"a list for an id": `{"eventType":"READY","interactionType":"SMS","ID":["1"]}`, "an object for an id": `{"eventType":"READY","interactionType":"SMS","ID":{}}`,
		"a number for an id": `{"ID":501}`, "unknown fields": `{"more":[{"a":"]}"}],"ID":"501"}`, "a field twice": `{"ID":"1","ID":"501"}`,
		"another case": `{"id":"501"}`, "an escape in a name": `{"\u0049D":"501"}`, "invalid UTF-8": "{\"ID\":\"\xff\"}", "half a surrogate": `{"ID":"\ud800"}`,
		"NUL": `{"ID":"\u0000"}`, "quotes and lines": `{"ID":"\"} evil 1\n"}`, "direction marks": `{"ID":"\u202e\u200b"}`,
		"a huge number": `{"ID":1e400}`, "more digits than a float": `{"ID":9007199254740993}`, "minus zero": `{"ID":-0}`, "minus one": `{"ID":-1}`,
		"a long text": `{"ID":"` + strings.Repeat("x", 1<<19) + `"}`, "deep and unknown": `{"more":` + strings.Repeat("[", 999) + strings.Repeat("]", 999) + `,"ID":"501"}`,
	}
	return lost, kept
}

// TestOneBadRecordCostsOnlyItself changes one record of a thousand.
func TestOneBadRecordCostsOnlyItself(t *testing.T) {
	endpoints := map[string]struct {
		list, id string
		ask      func(*Client) (records, skipped int, err error)
	}{
		"agents_status": {"agentDetails", "agentLoginId", func(c *Client) (int, int, error) {
			got, err := c.AgentsStatus(t.Context())
			return len(got.Rows), got.Skipped, err
		}},
		"service_stats": {"stats", "serviceName", func(c *Client) (int, int, error) {
			got, err := c.ServiceStats(t.Context())
			return len(got.Rows), got.Skipped, err
		}},
		"agent_stats_legacy": {"agentStatistics", "agentName", func(c *Client) (int, int, error) {
			got, err := c.LegacyAgentStats(t.Context())
			return len(got.Rows), got.Skipped, err
		}},
		"agent_events": {"agentEvent", "eventId", func(c *Client) (int, int, error) {
			got, err := c.AgentEvents(t.Context(), "t0")
			return len(got.Events), got.Skipped, err
		}},
		"interaction_events": {"events", "eventId", func(c *Client) (int, int, error) {
			got, err := c.InteractionEvents(t.Context(), "t0", InteractionOptions{})
			return len(got.Events), got.Skipped, err
		}},
	}
	lost, kept := mutations()
	for endpoint, e := range endpoints {
		for _, mutated := range []struct {
			records map[string]string
			skipped int
		}{{lost, 1}, {kept, 0}} {
			for name, record := range mutated.records {
				body := thousand(e.list, e.id, strings.NewReplacer(`"ID"`, `"`+e.id+`"`, `"id"`, `"`+strings.ToUpper(e.id)+`"`, `\u0049D`, fmt.Sprintf(`\u%04x`, e.id[0])+e.id[1:]).Replace(record))
				v := answering(t, body)
				v.filter = Filter{}
				records, skipped, err := e.ask(v)
				if err != nil || skipped != mutated.skipped || records != 1000-mutated.skipped {
					t.Errorf("%s, %s: %d records, %d skipped, %v; want %d skipped of 1000", endpoint, name, records, skipped, err, mutated.skipped)
				}
			}
		}
	}
}

// thousand returns an answer of a thousand records, of which the middle one is
// given.
func thousand(list, id, record string) string {
	records := make([]string, 0, 1000)
	for i := range 999 {
		records = append(records, fmt.Sprintf(`{%q:"A%d"}`, id, i))
	}
	return fmt.Sprintf(`{"token":"t1",%q:[%s],"timeStamp":1900000000123}`, list, strings.Join(slices.Insert(records, 500, record), ","))
}
