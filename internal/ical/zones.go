package ical

import (
	_ "embed" // windows_zones.txt
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"
)

// zones are the time zones of a calendar.
type zones struct {
	floating *time.Location            // of times that name none
	named    map[string]*time.Location // nil for names that are not known
}

// zonesOf returns the zones of a calendar: IANA's, those of Windows by the names that
// Outlook writes, and what the calendar itself defines. Times that name none are in its
// X-WR-TIMEZONE, else in the given zone.
func zonesOf(c *ics.Calendar, floating *time.Location) *zones {
	z := &zones{floating, map[string]*time.Location{}}
	for _, t := range c.Timezones() {
		name := text(t, "TZID")
		if zone := loadZone(name); zone != nil {
			z.named[name] = zone
		} else {
			z.named[name] = definedZone(t)
		}
	}
	for _, p := range c.CalendarProperties {
		if zone := z.find(p.Value); p.IANAToken == string(ics.PropertyXWRTimezone) && zone != nil {
			z.floating = zone
		}
	}
	return z
}

// of returns the zone of a property's time; nil for one that is not known.
func (z *zones) of(p *ics.IANAProperty) *time.Location {
	if names := p.ICalParameters["TZID"]; len(names) == 1 {
		return z.find(names[0])
	}
	return z.floating
}

// find returns the zone of a name; nil for one that is not known.
func (z *zones) find(name string) *time.Location {
	zone, met := z.named[name]
	if !met {
		zone = loadZone(name)
		z.named[name] = zone
	}
	return zone
}

// windowsZones is common/supplemental/windowsZones.xml of the Unicode CLDR: of the elements
// mapZone whose territory is 001, a zone's default, the attributes other and type.
//
//go:embed windows_zones.txt
var windowsZones string

// fromWindows returns the IANA name of a time zone of Windows, which Outlook and Exchange
// write as TZID; other names as they are.
func fromWindows(name string) string {
	_, after, found := strings.Cut("\n"+windowsZones, "\n"+name+"=")
	if !found {
		return name
	}
	iana, _, _ := strings.Cut(after, "\n")
	return iana
}

// loadZone returns the zone of an IANA name or one of Windows; nil for another.
func loadZone(name string) *time.Location {
	zone, err := time.LoadLocation(fromWindows(name))
	if err != nil || name == "" || name == "Local" {
		return nil
	}
	return zone
}

// definedZone returns the zone that a VTIMEZONE defines: by an IANA name, or by its one
// offset, or by the yearly rules of standard and daylight saving time. It is nil for one
// with a history of rules.
func definedZone(t *ics.VTimezone) *time.Location {
	if zone := loadZone(text(t, "X-LIC-LOCATION")); zone != nil {
		return zone
	}
	var standard, daylight []*ics.ComponentBase
	for _, c := range t.Components {
		switch c := c.(type) {
		case *ics.Standard:
			standard = append(standard, &c.ComponentBase)
		case *ics.Daylight:
			daylight = append(daylight, &c.ComponentBase)
		}
	}
	if len(standard) != 1 || len(daylight) > 1 {
		return nil
	}
	rule, ok := posixOffset("<STD>", standard[0])
	if ok && len(daylight) == 1 {
		offset, fine := posixOffset("<DST>", daylight[0])
		begin, begins := posixDate(daylight[0])
		end, ends := posixDate(standard[0])
		rule, ok = rule+offset+","+begin+","+end, fine && begins && ends
	}
	if !ok {
		return nil
	}
	return posixZone(text(t, "TZID"), rule)
}

// posixOffset writes a name and how far it is from UTC, as the TZ variable of POSIX has it.
func posixOffset(name string, c *ics.ComponentBase) (string, bool) {
	offset := text(c, "TZOFFSETTO")
	for _, layout := range []string{"-0700", "-070000"} {
		if at, err := time.Parse(layout, offset); err == nil {
			_, seconds := at.Zone()
			return name + posixTime(-time.Duration(seconds)*time.Second), true
		}
	}
	return "", false
}

// posixDate writes the day of each year on which a time begins, and when on it.
func posixDate(c *ics.ComponentBase) (string, bool) {
	rule, err := rrule.StrToROption(text(c, "RRULE"))
	at, timeErr := time.Parse("20060102T150405", text(c, "DTSTART"))
	if err != nil || timeErr != nil || rule.Freq != rrule.YEARLY || rule.Interval > 1 || rule.Count > 0 || !rule.Until.IsZero() ||
		len(rule.Bymonth) != 1 || len(rule.Byweekday) != 1 || len(rule.Bymonthday)+len(rule.Byyearday)+len(rule.Byweekno)+len(rule.Bysetpos) > 0 {
		return "", false
	}
	weekday := rule.Byweekday[0]
	week := slices.Index([]int{0, 1, 2, 3, 4, -1}, weekday.N()) // the last week is the fifth
	if week < 1 {
		return "", false
	}
	clock := at.Sub(at.Truncate(24 * time.Hour))
	return fmt.Sprintf("M%d.%d.%d/%s", rule.Bymonth[0], week, (weekday.Day()+1)%7, posixTime(clock)), true
}

func posixTime(d time.Duration) string {
	sign, d := "", d
	if d < 0 {
		sign, d = "-", -d
	}
	return fmt.Sprintf("%s%d:%02d:%02d", sign, d/time.Hour, d/time.Minute%60, d/time.Second%60)
}

// posixZone returns the zone of a rule of POSIX: a file of zone information (RFC 8536,
// version 2) that has nothing but the rule.
func posixZone(name, rule string) *time.Location {
	header := append([]byte("TZif2"), make([]byte, 15)...)
	for _, count := range []uint32{0, 0, 0, 0, 1, 1} { // one type, one byte of names
		header = binary.BigEndian.AppendUint32(header, count)
	}
	block := append(header, make([]byte, 6+1)...)
	file := slices.Concat(block, block, []byte("\n"+rule+"\n"))
	zone, err := time.LoadLocationFromTZData(strings.TrimSpace(name), file)
	if err != nil {
		return nil
	}
	return zone
}
