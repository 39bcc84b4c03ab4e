package simulator

// Activity is how an agent's time in a state went. LivePerson delivers it in whole seconds.
type Activity struct {
	Total          int64 `json:"total"`
	Chatting       int64 `json:"chatting"`
	NotChatting    int64 `json:"notChatting"`
	MaxConcurrency int64 `json:"chattingInMaxConcurrency"`
}

func (a Activity) plus(b Activity) Activity {
	return Activity{
		a.Total + b.Total, a.Chatting + b.Chatting, a.NotChatting + b.NotChatting,
		a.MaxConcurrency + b.MaxConcurrency,
	}
}

// inSeconds cuts milliseconds off, each value for itself: so they do not always add up.
func (a Activity) inSeconds() Activity {
	return Activity{a.Total / 1000, a.Chatting / 1000, a.NotChatting / 1000, a.MaxConcurrency / 1000}
}

// distribution is an agent's time between two instants, in milliseconds. Offline time is answered nowhere.
type distribution struct {
	states   [statusAway + 1]Activity
	loggedIn Activity
	reasons  map[int64]Activity
}

func (a *agent) distribution(from, to int64) distribution {
	d := distribution{reasons: map[int64]Activity{}}
	a.spans(from, to, func(s segment, ms int64) {
		if s.status <= statusOffline {
			return
		}
		v := Activity{Total: ms, NotChatting: ms}
		if s.chatting {
			v.Chatting, v.NotChatting = ms, 0
		}
		if s.full {
			v.MaxConcurrency = ms
		}
		d.states[s.status] = d.states[s.status].plus(v)
		d.loggedIn = d.loggedIn.plus(v)
		if s.status == statusAway && s.reason != 0 {
			d.reasons[s.reason] = d.reasons[s.reason].plus(v)
		}
	})
	return d
}
