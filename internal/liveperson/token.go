package liveperson

import (
	"bytes"
	"encoding/base64"
	"strings"
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/vendorhttp"
)

const (
	// defaultLife is that of a token which says nothing of it.
	defaultLife = time.Hour
	// maxLife bounds what is believed.
	maxLife = 24 * time.Hour
)

// token is an access token. Its times are by our own clock, so that a wrong one
// does no harm.
type token struct {
	value       string
	renew, ends time.Time
}

func (t token) header() string { return "Bearer " + t.value }

// usable returns the token if it hasn't ended yet, else err.
func (t token) usable(now time.Time, err error) (string, error) {
	if t.value != "" && now.Before(t.ends) {
		return t.header(), nil
	}
	return "", err
}

// tokenAnswer mirrors the token endpoint's answer (OAuth 2.0 client
// credentials). Its expires_in is missing in the vendor's sample and a string in
// the vendor's own client.
type tokenAnswer struct {
	AccessToken api.Text   `json:"access_token"`
	ExpiresIn   api.Number `json:"expires_in"`
}

// token returns the token of an answer to a question that was asked then: its
// life began no earlier.
func (a tokenAnswer) token(asked time.Time) token {
	life := a.life()
	return token{
		value: string(a.AccessToken),
		renew: asked.Add(max(life-renewAhead, vendorhttp.LoginPace)),
		ends:  asked.Add(life),
	}
}

// life returns how long the token lives: by expires_in, else by the token's own
// claims, else an hour.
func (a tokenAnswer) life() time.Duration {
	seconds := a.ExpiresIn.Value
	if seconds <= 0 {
		seconds = claimedSeconds(string(a.AccessToken))
	}
	if seconds <= 0 {
		return defaultLife
	}
	return time.Duration(min(seconds, maxLife.Seconds()) * float64(time.Second))
}

// claimedSeconds returns exp - iat of a JWT; 0 if it is none. The signature is
// not checked: the token is not ours to judge.
func claimedSeconds(jwt string) float64 {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return 0
	}
	body, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return 0
	}
	var claims struct {
		Exp api.Number `json:"exp"`
		Iat api.Number `json:"iat"`
	}
	if new(api.Decoder).Decode(bytes.NewReader(body), &claims) != nil || !claims.Exp.Valid || !claims.Iat.Valid {
		return 0
	}
	return claims.Exp.Value - claims.Iat.Value
}
