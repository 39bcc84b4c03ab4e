package simulator

import (
	"fmt"
	"strings"
)

// person is an invented agent. The vendors send such names, so the simulator does.
type person struct{ first, last string }

func newPerson(d dice) person {
	firsts := strings.Fields(`Adela Bruno Celine Darius Elina Fabian Greta Hakon Ilse Jovan Katla Leander Mirela Nilo
		Odette Pavel Quirin Runa Stellan Tamsin Ulla Vidar Wanda Xenia Yorick Zelda Amaro Brisa Corvin Dagny`)
	lasts := strings.Fields(`Aldervane Brightmoor Castleray Dunwick Emberlyn Fairholt Glasswater Hollowell Ironbrook
		Juniperson Kestrelby Larkspurne Meadowhurst Northfell Oakenshaw Pebbleton Quillfeather Ravensgate Silverlake
		Thistledown Underbough Vanterpool Willowmere Yarrowby Zephyrson`)
	return person{firsts[d.IntN(len(firsts))], lasts[d.IntN(len(lasts))]}
}

func (p person) full() string { return p.first + " " + p.last }

// login is a LiveVox login id: made of the name, in capitals, unique by number.
func (p person) login(n int) string {
	return strings.ToUpper(fmt.Sprintf("%.1s%.6s%d", p.first, p.last, n))
}

func (p person) email(n int) string {
	return strings.ToLower(fmt.Sprintf("%s.%s%d@example.com", p.first, p.last, n))
}

// phone is a telephone number from the range that is kept free for fiction.
func phone(n int64) string {
	area := [...]int{201, 212, 303, 312, 415, 503, 617, 702}[n/100%8]
	return fmt.Sprintf("%d55501%02d", area, n%100)
}
