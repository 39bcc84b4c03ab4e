package liveperson

import (
	"encoding/base64"
	"testing"
	"time"
)

// jwt returns a token with the given claims, not signed.
func jwt(claims string) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"RS256"}`)) + "." + enc([]byte(claims)) + ".c2ln"
}

func TestLifeOfATokenIsReadFromWhateverTellsIt(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want time.Duration
	}{
		"a number":               {`{"access_token":"t","expires_in":1800}`, 1800 * time.Second},
		"a fraction":             {`{"access_token":"t","expires_in":1800.0}`, 1800 * time.Second},
		"a numeric string":       {`{"access_token":"t","expires_in":"1800"}`, 1800 * time.Second},
		"missing, claims":        {`{"access_token":"` + jwt(`{"iat":1000,"exp":2200}`) + `"}`, 1200 * time.Second},
		"null, claims as texts":  {`{"access_token":"` + jwt(`{"iat":"1000","exp":"2200"}`) + `","expires_in":null}`, 1200 * time.Second},
		"text, claims":           {`{"access_token":"` + jwt(`{"iat":1000,"exp":2200}`) + `","expires_in":"soon"}`, 1200 * time.Second},
		"before the claims":      {`{"access_token":"` + jwt(`{"iat":1000,"exp":2200}`) + `","expires_in":60}`, time.Minute},
		"claims without iat":     {`{"access_token":"` + jwt(`{"exp":2200}`) + `"}`, time.Hour},
		"claims in wrong order":  {`{"access_token":"` + jwt(`{"iat":2200,"exp":1000}`) + `"}`, time.Hour},
		"no JWT":                 {`{"access_token":"a.b"}`, time.Hour},
		"a JWT that is not JSON": {`{"access_token":"a.b.c"}`, time.Hour},
		"zero":                   {`{"access_token":"t","expires_in":0}`, time.Hour},
		"negative":               {`{"access_token":"t","expires_in":-5}`, time.Hour},
		"beyond all bounds":      {`{"access_token":"t","expires_in":1e300}`, 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			var a tokenAnswer
			if err := read(test.body, &a); err != nil {
				t.Fatal(err)
			}
			if got := a.life(); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestTokensAreRenewedAMinuteAheadButNotTooOften(t *testing.T) {
	now := time.Unix(1000, 0)
	for seconds, want := range map[string]time.Duration{"3600": 59 * time.Minute, "300": 4 * time.Minute, "200": 3 * time.Minute, "2": 3 * time.Minute} {
		var a tokenAnswer
		if err := read(`{"access_token":"t","expires_in":`+seconds+`}`, &a); err != nil {
			t.Fatal(err)
		}
		if got := a.token(now).renew.Sub(now); got != want {
			t.Errorf("a token for %s s is renewed after %s, want %s", seconds, got, want)
		}
	}
}
