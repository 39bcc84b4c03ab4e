package promises

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
)

// altered lets change work on the JSON of every answer of next with a path that
// ends in path, one answer at a time.
func altered(next http.RoundTripper, path string, change func(r *http.Request, top map[string]any)) http.RoundTripper {
	var mu sync.Mutex
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil || resp.StatusCode != http.StatusOK || !strings.HasSuffix(r.URL.Path, path) {
			return resp, err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		var top map[string]any
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if d.Decode(&top) == nil {
			mu.Lock()
			defer mu.Unlock()
			change(r, top)
			if body, err = json.Marshal(top); err != nil {
				return nil, err
			}
		}
		resp.Body = io.NopCloser(bytes.NewReader(body))
		resp.ContentLength = int64(len(body))
		resp.Header.Del("Content-Length")
		return resp, nil
	})
}

// renamed gives a field of the first record of every list another text.
func renamed(next http.RoundTripper, field, text string) http.RoundTripper {
	return altered(next, "", func(_ *http.Request, top map[string]any) {
		for _, v := range top {
			rows, _ := v.([]any)
			for _, row := range rows[:min(1, len(rows))] {
				if fields, ok := row.(map[string]any); ok && fields[field] != nil {
					fields[field] = text
				}
			}
		}
	})
}
