package dashboard

import (
	"math"
	"strconv"
	"testing"
)

// Colours of one panel stay apart for people who see red and green, and for those who lack the cones of red or of green. The
// distance is that of CIEDE2000: 2 is just seen side by side; what red and green of a common palette have left is 7.
const (
	apart     = 20 // colours of thresholds, states and texts, which judge
	apartName = 9  // colours of series, which a legend names
)

func TestColoursStayApart(t *testing.T) {
	for _, d := range All() {
		for _, r := range d.Rows {
			for _, p := range r.Panels {
				where := d.Title + ", " + p.Title
				for _, steps := range append([][]Step{p.Steps}, stepsOf(p.Columns)...) {
					var list []string
					for _, s := range steps {
						list = append(list, s.Color)
					}
					distances(t, where+", thresholds", list, apart)
				}
				var series, texts []string
				for name, c := range p.Colors {
					series = append(series, c)
					for _, page := range []string{"#ffffff", "#181b1f"} { // Grafana's panels, light and dark
						if contrast(c, page) < 1.5 {
							t.Errorf("%s: %s (%s) is hardly seen on %s", where, name, c, page)
						}
					}
				}
				distances(t, where+", series", series, apartName)
				for _, text := range p.Texts {
					texts = append(texts, text.Color)
				}
				for _, c := range p.Columns {
					for _, color := range c.Texts {
						texts = append(texts, color)
					}
				}
				distances(t, where+", texts", texts, apartName)
			}
		}
	}
}

// Where a colour judges, it isn't the only one who speaks: the value or a text stands in it.
func TestNoColourSpeaksAlone(t *testing.T) {
	for _, d := range All() {
		for _, r := range d.Rows {
			for _, p := range r.Panels {
				o := options(p)
				if p.Kind == "state-timeline" && o["showValue"] != "auto" {
					t.Errorf("%s, %s: a state is named", d.Title, p.Title)
				}
				if p.Kind == "stat" && o["textMode"] != "auto" {
					t.Errorf("%s, %s: a stat shows its value", d.Title, p.Title)
				}
				for _, q := range p.Queries {
					if p.Kind == "timeseries" && q.Legend == "" {
						t.Errorf("%s, %s: a line has a name in the legend", d.Title, p.Title)
					}
				}
			}
		}
	}
}

func stepsOf(columns []Column) [][]Step {
	var out [][]Step
	for _, c := range columns {
		out = append(out, c.Steps)
	}
	return out
}

// distances compares each two different colours. Those that Grafana chooses are left out.
func distances(t *testing.T, where string, list []string, least float64) {
	t.Helper()
	for i, a := range list {
		for _, b := range list[:i] {
			if a == b || a[0] != '#' || b[0] != '#' {
				continue
			}
			for name, m := range visions {
				if d := difference(labOf(seen(a, m)), labOf(seen(b, m))); d < least {
					t.Errorf("%s: %s and %s are only %.1f apart with %s", where, a, b, d, name)
				}
			}
		}
	}
}

func TestDifferenceIsThatOfTheStandard(t *testing.T) {
	// Pairs 1, 7 and 25 of the data set of Sharma, Wu and Dalal.
	for _, c := range []struct {
		a, b [3]float64
		want float64
	}{
		{[3]float64{50, 2.6772, -79.7751}, [3]float64{50, 0, -82.7485}, 2.0425},
		{[3]float64{50, 0, 0}, [3]float64{50, -1, 2}, 2.3669},
		{[3]float64{60.2574, -34.0099, 36.2677}, [3]float64{60.4626, -34.1751, 39.4387}, 1.2644},
	} {
		if got := difference(c.a, c.b); math.Abs(got-c.want) > 0.0001 {
			t.Errorf("%v and %v: %.4f, want %.4f", c.a, c.b, got, c.want)
		}
	}
	if d := difference(labOf(seen("#73BF69", visions["deuteranopia"])), labOf(seen("#F2495C", visions["deuteranopia"]))); d > 10 {
		t.Errorf("green and red of a common palette are %.1f apart: the test finds nothing", d)
	}
}

// contrast is that of the Web Content Accessibility Guidelines.
func contrast(a, b string) float64 {
	light := func(color string) float64 {
		c := seen(color, visions["all cones"])
		return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] + 0.05
	}
	x, y := light(a), light(b)
	return max(x, y) / min(x, y)
}

type matrix = [3][3]float64

// visions are the whole losses of Machado, Oliveira and Fernandes (2009), on linear light.
var visions = map[string]matrix{
	"all cones":    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
}

// seen is the linear light of a colour #rrggbb, as seen with a vision.
func seen(color string, m matrix) [3]float64 {
	var c, out [3]float64
	for i := range c {
		n, err := strconv.ParseUint(color[1+2*i:3+2*i], 16, 8)
		if err != nil {
			panic(color)
		}
		if c[i] = float64(n) / 255; c[i] > 0.04045 {
			c[i] = math.Pow((c[i]+0.055)/1.055, 2.4)
		} else {
			c[i] /= 12.92
		}
	}
	for i := range out {
		for j := range c {
			out[i] += m[i][j] * c[j]
		}
		out[i] = min(1, max(0, out[i]))
	}
	return out
}

// labOf is linear light in CIELAB, with the white of D65.
func labOf(c [3]float64) [3]float64 {
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f((0.4124564*c[0] + 0.3575761*c[1] + 0.1804375*c[2]) / 0.95047)
	y := f(0.2126729*c[0] + 0.7151522*c[1] + 0.0721750*c[2])
	z := f((0.0193339*c[0] + 0.1191920*c[1] + 0.9503041*c[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// difference is CIEDE2000.
func difference(a, b [3]float64) float64 {
	radians := func(d float64) float64 { return d * math.Pi / 180 }
	pull := func(c float64) float64 { return math.Sqrt(math.Pow(c, 7) / (math.Pow(c, 7) + math.Pow(25, 7))) }
	g := 1.5 - 0.5*pull((math.Hypot(a[1], a[2])+math.Hypot(b[1], b[2]))/2)
	c1, c2 := math.Hypot(a[1]*g, a[2]), math.Hypot(b[1]*g, b[2])
	hue := func(x, y float64) float64 {
		if x == 0 && y == 0 {
			return 0
		}
		return math.Mod(math.Atan2(y, x)*180/math.Pi+360, 360)
	}
	h1, h2 := hue(a[1]*g, a[2]), hue(b[1]*g, b[2])
	dh, hm := h2-h1, (h1+h2)/2
	switch {
	case c1*c2 == 0:
		dh, hm = 0, h1+h2
	case math.Abs(dh) > 180 && h1+h2 < 360:
		dh, hm = dh-math.Copysign(360, dh), hm+180
	case math.Abs(dh) > 180:
		dh, hm = dh-math.Copysign(360, dh), hm-180
	}
	l, c := (a[0]+b[0])/2, (c1+c2)/2
	cos := func(d float64) float64 { return math.Cos(radians(d)) }
	t := 1 - 0.17*cos(hm-30) + 0.24*cos(2*hm) + 0.32*cos(3*hm+6) - 0.2*cos(4*hm-63)
	sl := 1 + 0.015*(l-50)*(l-50)/math.Sqrt(20+(l-50)*(l-50))
	dl, dc, dH := (b[0]-a[0])/sl, (c2-c1)/(1+0.045*c), 2*math.Sqrt(c1*c2)*math.Sin(radians(dh/2))/(1+0.015*c*t)
	turn := -math.Sin(radians(60*math.Exp(-math.Pow((hm-275)/25, 2)))) * 2 * pull(c)
	return math.Sqrt(dl*dl + dc*dc + dH*dH + turn*dc*dH)
}
