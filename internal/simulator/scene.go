package simulator

import "fmt"

// Scene is something that happens in the contact centre.
type Scene struct {
	// Scene is one of
	//
	//	normal            everybody is back, queues are let go, a frozen centre continues
	//	everybody_leaves  all agents log out and stay away
	//	everybody_away    all ready or online agents take a break
	//	queue_flood       many contacts come at once, and four times as many as usual from now on
	//	frozen            nothing happens any more but LiveVox's midnight
	//	midnight          a day of LiveVox begins now
	Scene string `json:"scene"`
	// Group is a LivePerson group's or a LiveVox service's id or name; for queue_flood a LivePerson skill's. Empty: all.
	Group string `json:"group,omitempty"`
	// Size is how many contacts come at once to each queue; default 40.
	Size int `json:"size,omitempty"`
}

// Play sets a scene. The error says what is unknown.
func (s *Simulator) Play(scene Scene) error {
	s.lock()
	defer s.mu.Unlock()
	defer s.tellWaiting()
	scene.Size = orDefault(scene.Size, 40)
	plays := map[string]func(Scene) bool{
		"normal": s.normal, "everybody_leaves": s.everybodyLeaves, "everybody_away": s.everybodyAway,
		"queue_flood": s.queueFlood, "frozen": s.freeze, "midnight": s.turnDay,
	}
	play, known := plays[scene.Scene]
	if !known {
		return fmt.Errorf("scene %q is unknown", scene.Scene)
	}
	if !play(scene) {
		return fmt.Errorf("group %q is unknown", scene.Group)
	}
	return nil
}

func (c Scene) means(id, name string) bool { return c.Group == "" || c.Group == id || c.Group == name }

// everyService calls do with the scene's services, and says whether there are any.
func (s *Simulator) everyService(c Scene, do func(*service)) bool {
	found := false
	for _, e := range s.voice.services {
		if c.means(e.label, e.name) {
			found = true
			do(e)
		}
	}
	return found
}

func (s *Simulator) everyGroup(c Scene, do func(*group)) bool {
	found := false
	for _, g := range s.messaging.groups {
		if c.means(decimal(g.id), g.name) {
			found = true
			do(g)
		}
	}
	return found
}

func (s *Simulator) everySkill(c Scene, do func(*skill)) bool {
	found := false
	for _, k := range s.messaging.skills {
		if c.means(decimal(k.id), k.name) {
			found = true
			do(k)
		}
	}
	return found
}

func (s *Simulator) freeze(Scene) bool {
	s.voice.freeze()
	s.messaging.freeze()
	return true
}

func (s *Simulator) turnDay(Scene) bool {
	s.voice.rollOver()
	return true
}

func (s *Simulator) everybodyLeaves(c Scene) bool {
	services := s.everyService(c, func(e *service) { e.closed = true; s.voice.sendHome(e) })
	groups := s.everyGroup(c, func(g *group) { g.closed = true; s.messaging.sendHome(g) })
	return services || groups
}

func (s *Simulator) everybodyAway(c Scene) bool {
	services := s.everyService(c, s.voice.sendToBreak)
	groups := s.everyGroup(c, s.messaging.sendToBreak)
	return services || groups
}

func (s *Simulator) queueFlood(c Scene) bool {
	services := s.everyService(c, func(e *service) {
		if e.kind == kindInbound {
			e.load = 4
			s.voice.flood(e, c.Size)
		}
	})
	skills := s.everySkill(c, func(k *skill) {
		k.load = 4
		for range c.Size {
			s.messaging.assign(&conversation{skill: k})
		}
	})
	return services || skills
}

func (s *Simulator) normal(Scene) bool {
	s.voice.thaw()
	s.messaging.thaw()
	s.everyService(Scene{}, func(e *service) { e.closed, e.load = false, 1 })
	s.everyGroup(Scene{}, func(g *group) { g.closed = false })
	s.everySkill(Scene{}, func(k *skill) { k.load = 1 })
	s.voice.callBack()
	s.messaging.callBack()
	return true
}

// Correction takes handled calls of today back from a LiveVox service, as the vendor does at times.
type Correction struct {
	Service string `json:"service"` // id or name
	Calls   int64  `json:"calls"`
}

// Correct lowers a service's totals. The error says what is unknown.
func (s *Simulator) Correct(c Correction) error {
	s.lock()
	defer s.mu.Unlock()
	if c.Service == "" || c.Calls < 1 {
		return fmt.Errorf("a correction needs a service and calls")
	}
	if !s.everyService(Scene{Group: c.Service}, func(e *service) { s.voice.correct(e, c.Calls) }) {
		return fmt.Errorf("service %q is unknown", c.Service)
	}
	return nil
}
