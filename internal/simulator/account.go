package simulator

import (
	"fmt"
	"math/rand/v2"
)

// LivePersonAccount is what a client needs to know to use the simulated LivePerson.
type LivePersonAccount struct {
	AccountID         string `json:"account_id"`
	ClientID          string `json:"client_id"` // OAuth 2
	ClientSecret      string `json:"client_secret"`
	ConsumerKey       string `json:"consumer_key"` // OAuth 1
	ConsumerSecret    string `json:"consumer_secret"`
	AccessToken       string `json:"access_token"`
	AccessTokenSecret string `json:"access_token_secret"`
	Bearer            string `json:"bearer"` // a bearer token that does not expire
}

// LiveVoxAccount is what a client needs to know to use the simulated LiveVox.
type LiveVoxAccount struct {
	ClientName  string `json:"client_name"`
	Username    string `json:"username"`
	Password    string `json:"password"`
	AccessToken string `json:"access_token"`
}

// newAccounts makes the accounts of the seed, apart from the models' chances.
func newAccounts(seed int64) (LivePersonAccount, LiveVoxAccount) {
	r := rand.New(rand.NewPCG(uint64(seed), 3))
	secret := func() string { return fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64()) }
	lp := LivePersonAccount{
		AccountID: "91234567", ClientID: "sim-client", ClientSecret: secret(),
		ConsumerKey: secret(), ConsumerSecret: secret(), AccessToken: secret(), AccessTokenSecret: secret(),
		Bearer: "sim-bearer-" + secret(),
	}
	lv := LiveVoxAccount{
		ClientName: "SIM_CENTER", Username: "metrics.sim", Password: "pw-" + secret(), AccessToken: "lv-" + secret(),
	}
	return lp, lv
}

// LivePerson is the simulated LivePerson account.
func (s *Simulator) LivePerson() LivePersonAccount { return s.liveperson }

// LiveVox is the simulated LiveVox account. Its password is the first one, whatever /session/password has done since.
func (s *Simulator) LiveVox() LiveVoxAccount { return s.livevox }
