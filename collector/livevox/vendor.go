// Package livevox says what there is to measure of LiveVox: one file per
// endpoint, with its metrics and the pure function that fills them from the
// vendor's answer.
package livevox

import (
	"time"

	"github.com/contactcenter-exporter/contactcenter_exporter/collector"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/metric"
	"github.com/contactcenter-exporter/contactcenter_exporter/collector/operations"
	"github.com/contactcenter-exporter/contactcenter_exporter/config"
	"github.com/contactcenter-exporter/contactcenter_exporter/internal/livevox"
)

// Vendor returns what there is to measure of LiveVox.
func Vendor() collector.Vendor {
	return collector.Vendor{
		Name: "livevox", Title: "LiveVox", Keys: defaultKeys,
		Identity: config.Hash, // the vendor's id is the login name, made from the agent's
		Sources:  sources(), Descs: []*metric.Desc{passwordExpiry, corrections}, Open: open,
	}
}

// sources returns the sources of a LiveVox account.
func sources() []collector.Source {
	return []collector.Source{
		serviceStatsSource(),
		agentsStatusSource(),
		agentStatsSource(),
		callsOnHoldSource(),
		campaignStatsSource(),
		agentAveragesSource(),
		liveConnectsSource(),
		callDataSource(),
		agentEventsSource(),
		interactionEventsSource(),
		operations.Source(measure, agentIDs),
	}
}

// open makes the client of an account and opens the sources that are on.
func open(env collector.Env) (*collector.Account, error) {
	client, err := newClient(env)
	if err != nil {
		return nil, err
	}
	return &collector.Account{
		Collectors: collector.Enabled(env, sources(), client),
		Steps:      checkSteps(client),
		Day:        keysOf(env.Account).DayTimezone.Location(),
		Samples:    func() []metric.Sample { return accountSamples(client) },
		Close:      client.Close,
	}, nil
}

// clientOf returns the client that a source is opened with.
func clientOf(s collector.Setup) *livevox.Client { return s.Client.(*livevox.Client) }

// newClient returns the client of an account.
func newClient(env collector.Env) (*livevox.Client, error) {
	k := keysOf(env.Account)
	auth := k.Auth
	return livevox.New(livevox.Config{
		BaseURL:     k.BaseURL,
		HTTP:        env.HTTP,
		ClientName:  auth.ClientName,
		Username:    auth.Username,
		Password:    auth.Password.Read,
		AccessToken: auth.AccessToken.Read,
		Filter:      livevox.Filter(k.Filter),
		Logout:      k.Logout,
		Renewed:     env.Renewed,
	})
}

var passwordExpiry = metric.Gauge.Desc("livevox_session_password_expiry_timestamp_seconds", "s",
	"Unix time in seconds at which the password of the account expires, to the day: the newest login plus daysUntilPasswordExpires of its answer. No login works after that.")

// accountSamples returns what the client itself knows.
func accountSamples(c *livevox.Client) []metric.Sample {
	at, ok := c.PasswordExpiry()
	if !ok {
		return nil
	}
	return metric.AppendTime(nil, passwordExpiry, at.Truncate(time.Second))
}
