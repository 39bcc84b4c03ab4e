// Package simulator plays LivePerson and LiveVox: an http.Handler that answers as the two vendors' APIs do, with a
// small model of a contact centre behind it.
//
// It plays, of LivePerson, the Domain API, the version 2 token endpoint, OAuth 1 and bearer authentication, agent
// status, agent activity and status changes; of LiveVox, sessions and the whole Real-Time Reporting API with both event
// feeds. Faults (see Fault) and scenes (see Scene) change what it answers and what happens in the centre. Every figure
// that an endpoint shows comes out of the one model, and Truth tells what really happened, so that a client's counts
// can be compared with it.
//
// It shares no code with the clients and does not know them. It keeps nothing on disk, and starts no goroutine that
// outlives a request: the model advances when somebody asks. All people, numbers and accounts in it are invented.
//
// It does not play the vendors' configuration, reporting or campaign APIs, the LivePerson login service, nor the
// number and size of their undocumented rate limits: those come as faults. A rerun of a day's figures shows only in
// corrections (see Options.Corrections).
//
// A fact that the vendors leave open is decided here as the harder one for a client, and said where it is played:
// buckets of live connects carry their start, durations of agent statistics grow when a state ends, the count of an
// agent status page is the total of all pages.
package simulator
