package dashboard

import (
	"cmp"
	"slices"
	"strings"
	"testing"
)

// Opening hours have an axis of their own, or the lines before them are flat, or the hours are.
func TestOpeningHoursAreABandBehindTheLines(t *testing.T) {
	bands := map[string]int{}
	each(t, func(where string, p drawn) {
		for _, target := range p.Targets {
			if p.Type != "timeseries" || !strings.Contains(target.Expr, "contactcenter_group_open") {
				continue
			}
			i := slices.IndexFunc(p.FieldConfig.Overrides, func(o overriding) bool {
				return o.Matcher.ID == "byFrameRefID" && o.Matcher.Options == target.RefID
			})
			if i < 0 {
				t.Errorf("%s: hours are drawn as a line", where)
				continue
			}
			set := map[string]any{}
			for _, property := range p.FieldConfig.Overrides[i].Properties {
				set[property.ID] = property.Value
			}
			if set["custom.axisPlacement"] != "hidden" || set["max"] != 1.0 || set["custom.lineWidth"] != 0.0 {
				t.Errorf("%s: hours are drawn with %v", where, set)
			}
			name, _, _ := strings.Cut(where, ",")
			bands[name]++
		}
	})
	for _, name := range []string{"Overview", "Staffing", "LiveVox"} {
		if bands[name] == 0 {
			t.Errorf("%s shows no hours", name)
		}
	}
}

func TestPanelsFillTheirLines(t *testing.T) {
	for _, d := range All() {
		for _, r := range d.Rows {
			width := 0
			for _, p := range r.Panels {
				width += cmp.Or(p.Width, 12)
				if width > 24 {
					t.Errorf("%s: the line before %s is not full", d.Title, p.Title)
				}
				width %= 24
			}
			if width != 0 {
				t.Errorf("%s: %d columns are empty at the end of %s", d.Title, 24-width, r.Title)
			}
		}
	}
}

// In kiosk mode there are only panels, which have a border of 16 pixels around them.
func TestTheWallboardFitsOnAScreen(t *testing.T) {
	each(t, func(where string, p drawn) {
		if bottom := (p.GridPos.Y+p.GridPos.H)*38 + 2*16; strings.HasPrefix(where, "Wallboard") && bottom > 1080 {
			t.Errorf("%s: it ends at %d of 1080 pixels", where, bottom)
		}
	})
}

// Width of text that Grafana sets in 14 pixels, and what a panel of a width has beside its text.
const (
	letter = 7
	column = (1280 - 32 + 8) / 24.0
	beside = 48
)

func TestTitlesAndColumnsFitOn1280Pixels(t *testing.T) {
	each(t, func(where string, p drawn) {
		width := float64(p.GridPos.W)*column - 8
		if need := float64(letter*len([]rune(p.Title)) + beside); need > width {
			t.Errorf("%s: the title needs %.0f of %.0f pixels", where, need, width)
		}
		if p.Type != "table" {
			return
		}
		taken, free := 16.0, 0
		hidden := map[string]bool{}
		widths := map[string]float64{}
		for _, o := range p.FieldConfig.Overrides {
			for _, property := range o.Properties {
				switch property.ID {
				case "custom.hidden":
					hidden[o.Matcher.Options] = true
				case "custom.width":
					widths[o.Matcher.Options], _ = property.Value.(float64)
				}
			}
		}
		columns := p.Transformations[1].Options
		for from := range columns.IndexByName {
			title := cmp.Or(columns.RenameByName[from], from)
			if hidden[title] {
				continue
			}
			if widths[title] == 0 {
				free++
			} else if need := float64(8*len([]rune(title)) + 20); need > widths[title] {
				t.Errorf("%s: the head %s needs %.0f of %.0f pixels", where, title, need, widths[title])
			}
			taken += widths[title]
		}
		if free == 0 || (width-taken)/float64(free) < 150 { // Grafana's least width
			t.Errorf("%s: %d columns share the %.0f pixels that the others leave", where, free, width-taken)
		}
	})
}
