package liveperson

import (
	"net/url"
	"strings"
)

// encode writes a query as the signature of OAuth 1 encodes it, with %20 for a
// space: some servers sign what they read, others what was sent.
func encode(query url.Values) string { return strings.ReplaceAll(query.Encode(), "+", "%20") }

// escape percent-encodes everything but the unreserved characters of RFC 3986.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
