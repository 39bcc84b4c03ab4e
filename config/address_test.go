package config

import "testing"

func TestPlainHTTPReachesThisMachineOnly(t *testing.T) {
	for text, want := range map[string]bool{
		"http://127.0.0.1:8080":     true,
		"http://127.9.9.9":          true,
		"http://[::1]:80":           true,
		"http://[::ffff:127.0.0.1]": true,
		"http://localhost":          true,
		"http://LOCALHOST:1":        true,
		"http://localhost.evil.com": false,
		"http://127.0.0.1.evil.com": false,
		"http://0.0.0.0":            false,
		"http://10.0.0.1":           false,
		"http://169.254.169.254":    false,
		"http://2130706433":         false,
		"http://localhost.":         false,
		"https://10.0.0.1":          true,
	} {
		if _, err := CheckURL(text, false); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
		if _, err := CheckURL(text, true); err != nil {
			t.Errorf("%s is refused although plain http is allowed: %v", text, err)
		}
	}
}

func TestURLsAreRefusedUnlessTheyAreHostAndPath(t *testing.T) {
	for _, text := range []string{
		"", "https://", "https:///x", "https:api.example.com", "//api.example.com", "https://a@example.com", "https://:b@example.com",
		"https://example.com?", "https://example.com/?x", "https://example.com#", "https://example.com/#x", "https://example.com:0", "https://example.com:",
		"https://example.com:65536", "https://exa mple.com", "https://example.com/%zz", "file:///etc/passwd", "HTTPS//x",
	} {
		if got, err := CheckURL(text, true); err == nil {
			t.Errorf("%s is taken as %s", text, got)
		}
	}
	for text, want := range map[string]string{
		"https://example.com":         "https://example.com",
		"https://example.com/":        "https://example.com",
		"HTTPS://example.com:8443/x/": "https://example.com:8443/x",
	} {
		if got, err := CheckURL(text, false); err != nil || got != want {
			t.Errorf("%s is taken as %s, %v", text, got, err)
		}
	}
}
