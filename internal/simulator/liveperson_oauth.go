package simulator

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"math"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"
)

// signatureAge is how far a request's time may be from the vendor's clock, in seconds.
const signatureAge = 300

// checkSignature says what is wrong with an OAuth 1 authorization, "" if nothing.
func (x *exchange) checkSignature(header string) string {
	given, fine := parseAuthorization(header)
	me := x.sim.liveperson
	problem := func(name string) string {
		return "oauth_problem=" + name + "&oauth_problem_advice=See OAuth Core 1.0"
	}
	switch {
	case !fine:
		return problem("parameter_rejected")
	case given["oauth_consumer_key"] != me.ConsumerKey:
		return problem("consumer_key_unknown")
	case given["oauth_token"] != me.AccessToken:
		return problem("token_rejected")
	case given["oauth_signature_method"] != "HMAC-SHA1":
		return problem("signature_method_rejected")
	case given["oauth_version"] != "" && given["oauth_version"] != "1.0":
		return problem("version_rejected")
	}
	if name := x.checkMoment(given); name != "" {
		return problem(name)
	}
	if !x.signed(given) {
		return problem("signature_invalid")
	}
	return ""
}

// parseAuthorization reads the quoted pairs of an OAuth header.
func parseAuthorization(header string) (map[string]string, bool) {
	pairs := map[string]string{}
	for _, part := range strings.Split(header, ",") {
		name, quoted, found := strings.Cut(strings.TrimSpace(part), "=")
		value, err := url.PathUnescape(strings.Trim(quoted, `"`))
		if _, twice := pairs[name]; !found || err != nil || twice || !strings.HasPrefix(quoted, `"`) {
			return nil, false
		}
		pairs[name] = value
	}
	delete(pairs, "realm")
	return pairs, true
}

// checkMoment looks at timestamp and nonce; a nonce is good once.
func (x *exchange) checkMoment(given map[string]string) string {
	s := x.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.Now()
	if f := x.fault("clock_skew"); f != nil {
		now = now.Add(time.Duration(f.Skew))
	}
	at, err := strconv.ParseInt(given["oauth_timestamp"], 10, 64)
	if err != nil || math.Abs(float64(now.Unix()-at)) > signatureAge {
		return "timestamp_refused"
	}
	nonce := given["oauth_nonce"] + "\n" + given["oauth_timestamp"]
	if _, used := s.nonces[nonce]; used || given["oauth_nonce"] == "" {
		return "nonce_used"
	}
	for old, then := range s.nonces {
		if len(s.nonces) > 10_000 && now.Unix()-then > 2*signatureAge {
			delete(s.nonces, old)
		}
	}
	s.nonces[nonce] = at
	return ""
}

// signed verifies the signature. What the client called the scheme is not known behind a proxy, so both will do.
func (x *exchange) signed(given map[string]string) bool {
	me := x.sim.liveperson
	mac, err := base64.StdEncoding.DecodeString(given["oauth_signature"])
	if err != nil {
		return false
	}
	for _, scheme := range []string{"https", "http"} {
		h := hmac.New(sha1.New, []byte(escape(me.ConsumerSecret)+"&"+escape(me.AccessTokenSecret)))
		h.Write([]byte(x.signatureBase(scheme, given)))
		if hmac.Equal(h.Sum(nil), mac) {
			return true
		}
	}
	return false
}

// signatureBase is the signature base string of RFC 5849, section 3.4.1.
func (x *exchange) signatureBase(scheme string, given map[string]string) string {
	const low = "\x00" // sorts a name before those that it begins
	var pairs []string
	for name, value := range given {
		if name != "oauth_signature" {
			pairs = append(pairs, escape(name)+low+escape(value))
		}
	}
	query, _ := url.ParseQuery(x.r.URL.RawQuery)
	for name, values := range query {
		for _, value := range values {
			pairs = append(pairs, escape(name)+low+escape(value))
		}
	}
	sort.Strings(pairs)
	host := strings.ToLower(x.r.Host)
	host = strings.TrimSuffix(host, map[string]string{"https": ":443", "http": ":80"}[scheme])
	base := scheme + "://" + host + x.r.URL.EscapedPath()
	return strings.ToUpper(x.r.Method) + "&" + escape(base) + "&" + escape(strings.ReplaceAll(strings.Join(pairs, "&"), low, "="))
}

// escape is the percent-encoding of RFC 3986: everything but unreserved characters.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	b := strings.Builder{}
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}
