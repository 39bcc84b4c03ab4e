package collector

import (
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// LiveVox returns the sources of a LiveVox account.
func LiveVox() []Source {
	return []Source{
		liveVoxServiceStats(),
		liveVoxAgentsStatus(),
		liveVoxAgentStats(),
		liveVoxCallsOnHold(),
		liveVoxCampaignStats(),
		liveVoxAgentAverages(),
		liveVoxLiveConnects(),
		liveVoxCallData(),
		liveVoxAgentEvents(),
		liveVoxInteractionEvents(),
	}
}

// openLiveVox returns the client of an account.
func openLiveVox(env Env) (*livevox.Client, error) {
	auth := env.Account.Auth
	return livevox.New(livevox.Config{
		BaseURL:     env.Account.BaseURL,
		HTTP:        env.HTTP,
		ClientName:  auth.ClientName,
		Username:    auth.Username,
		Password:    auth.Password.Read,
		AccessToken: auth.AccessToken.Read,
		Filter:      livevox.Filter{ServiceIDs: env.Account.Filter.ServiceIDs, CallCenterIDs: env.Account.Filter.CallCenterIDs},
		Logout:      env.Account.Logout,
		Renewed:     env.Renewed,
	})
}

var lvPasswordExpiry = &metric.Desc{
	Name: "livevox_session_password_expiry_days",
	Help: "Whole days until the password of the account expires, from daysUntilPasswordExpires of the newest login less the days since. No login works after that.",
	Unit: "d",
}

// AccountDescs are the metrics of Account.Samples.
func AccountDescs() []*metric.Desc { return []*metric.Desc{lvPasswordExpiry} }

// lvAccount returns what the client itself knows.
func lvAccount(c *livevox.Client) []metric.Sample {
	days, ok := c.PasswordExpires()
	if !ok {
		return nil
	}
	return []metric.Sample{lvPasswordExpiry.Of(days)}
}
