package livevox

import (
	"strings"
	"sync"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// spellings holds the spelling in which each login id of an agent came first. Login ids
// are case-insensitive (Session API): A1 and a1 are one agent.
type spellings struct {
	mu    sync.Mutex
	first map[string]api.Text // by FoldLogin
}

// maxSpellings bounds the map, which is emptied when it is full.
const maxSpellings = 100_000

// of returns the spelling of a login id to be used.
func (s *spellings) of(id api.Text) api.Text {
	key := FoldLogin(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if first, met := s.first[key]; met {
		return first
	}
	if s.first == nil || len(s.first) >= maxSpellings {
		s.first = map[string]api.Text{}
	}
	s.first[key] = id
	return id
}

// AgentLogin returns the login id of an agent in the spelling in which it came first; "" for
// an agent whom no answer has shown.
func (c *Client) AgentLogin(id string) string {
	c.spellings.mu.Lock()
	defer c.spellings.mu.Unlock()
	return string(c.spellings.first[FoldLogin(api.Text(id))])
}

// FoldLogin returns what is the same for all spellings of a login id.
func FoldLogin(id api.Text) string { return strings.ToLower(string(id)) }
