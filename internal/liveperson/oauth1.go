package liveperson

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// OAuth1 are the four parts of an application key. LivePerson ended OAuth 1 on 31 May 2026.
type OAuth1 struct {
	ConsumerKey string
	// The secrets are called at each request.
	ConsumerSecret func() string
	Token          func() string
	TokenSecret    func() string
}

func (o OAuth1) authorizer(c *Client) authorizer { return &signer{OAuth1: o, clock: c.clock} }

// signer signs requests with HMAC-SHA1 after RFC 5849, section 3.
type signer struct {
	OAuth1
	clock *api.Clock
	nonce func() string // random if nil

	mu sync.Mutex
	// ahead is how far the vendor's clock was found to be ahead of ours.
	ahead time.Duration
}

func (s *signer) authorize(_ context.Context, call api.Call) (string, error) {
	return s.sign(call.Method, call.URL, s.now()), nil
}

// answered corrects the clock if the vendor refused the time, and says to sign
// again, once, if the time or the nonce was what it refused. The transport may
// have sent the same signature twice after a broken connection.
func (s *signer) answered(_, _ string, try int, err error) bool {
	status := unauthorized(err)
	if status == nil || try > 1 {
		return false
	}
	switch status.Problem {
	case "nonce_used":
		return true
	case "timestamp_refused":
		ahead, known := s.clock.Newest()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ahead = ahead
		return known
	}
	return false
}

func (s *signer) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.ahead)
}

// sign returns the value of the header Authorization for a request without a
// form: a JSON body is no part of the signature.
func (s *signer) sign(method string, u *url.URL, now time.Time) string {
	nonce := rand.Text
	if s.nonce != nil {
		nonce = s.nonce
	}
	oauth := []parameter{
		{"oauth_consumer_key", s.ConsumerKey},
		{"oauth_nonce", nonce()},
		{"oauth_signature_method", "HMAC-SHA1"},
		{"oauth_timestamp", strconv.FormatInt(now.Unix(), 10)},
		{"oauth_token", s.Token()},
		{"oauth_version", "1.0"},
	}
	signed := signature(baseString(method, u, oauth), s.ConsumerSecret(), s.TokenSecret())
	oauth = append(oauth, parameter{"oauth_signature", signed})
	pairs := make([]string, len(oauth))
	for i, p := range oauth {
		pairs[i] = p.name + `="` + escape(p.value) + `"`
	}
	return "OAuth " + strings.Join(pairs, ", ")
}

// signature returns the HMAC-SHA1 of a base string (section 3.4.2).
func signature(base, consumerSecret, tokenSecret string) string {
	mac := hmac.New(sha1.New, []byte(escape(consumerSecret)+"&"+escape(tokenSecret)))
	mac.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// parameter is one name and value of a request, not encoded.
type parameter struct{ name, value string }

// baseString returns the signature base string of RFC 5849, section 3.4.1.
func baseString(method string, u *url.URL, extra []parameter) string {
	base := url.URL{Scheme: strings.ToLower(u.Scheme), Host: strings.ToLower(u.Host), Path: u.Path, RawPath: u.RawPath}
	if p := u.Port(); base.Scheme == "https" && p == "443" || base.Scheme == "http" && p == "80" {
		base.Host = strings.TrimSuffix(base.Host, ":"+p)
	}
	if base.Path == "" {
		base.Path = "/"
	}
	all := slices.Clone(extra)
	for name, values := range u.Query() { // a part that is no query is left out, as it was not sent by us
		for _, v := range values {
			all = append(all, parameter{name, v})
		}
	}
	return strings.ToUpper(method) + "&" + escape(base.String()) + "&" + escape(normalize(all))
}

// normalize encodes parameters and joins them in order of their encoded names
// and values (section 3.4.1.3.2); repeated ones stay.
func normalize(parameters []parameter) string {
	const end = "\x00" // of a name: sorts before all that names have
	pairs := make([]string, len(parameters))
	for i, p := range parameters {
		pairs[i] = escape(p.name) + end + escape(p.value)
	}
	slices.Sort(pairs)
	return strings.ReplaceAll(strings.Join(pairs, "&"), end, "=")
}
