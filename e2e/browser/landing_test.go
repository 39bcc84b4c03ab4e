package browser

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// findings.js is run by the test: the page itself may run nothing.
//
//go:embed testdata/findings.js
var findingsJS string

// findings are what a browser shows of the page.
type findings struct {
	Overflow int      `json:"overflow"` // pixels by which the page is wider than the window
	Outside  []string `json:"outside"`  // texts that reach beyond the window
	Contrast float64  `json:"contrast"` // the lowest of any text
	Worst    string   `json:"worst"`    // the text that has it
	Texts    int      `json:"texts"`
	Scripts  int      `json:"scripts"`
	Rows     []row    `json:"rows"`
	Links    []string `json:"links"`
	Anchors  []string `json:"anchors"` // links that lead nowhere on the page
	Verdict  string   `json:"verdict"`
	Top      float64  `json:"top"` // where the verdict ends, in windows
}

// row is a source as it is shown.
type row struct {
	Name    string `json:"name"`
	Class   string `json:"class"`
	Tint    string `json:"tint"`
	Text    string `json:"text"`
	Age     string `json:"age"`
	Next    string `json:"next"`
	Visible bool   `json:"visible"`
}

// chromium returns the path of a browser. Without one the test is skipped,
// unless BROWSER_REQUIRED=1 asks for it.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("BROWSER"), "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	if os.Getenv("BROWSER_REQUIRED") == "1" {
		t.Fatal("no Chromium is installed, and BROWSER_REQUIRED=1 asks for one")
	}
	t.Skip("no Chromium is installed; BROWSER may tell where it is")
	return ""
}

// browse returns a context in which a tab of a browser is open.
func browse(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	return ctx
}

// look opens a page without scripts and says what it looks like. With
// SCREENSHOTS the picture is kept in that folder.
func look(ctx context.Context, t *testing.T, url string, width int64, scheme string) findings {
	t.Helper()
	sees := func(_ context.Context, tab *chromedp.Target) (chromedp.Void, error) {
		var none chromedp.Void
		if _, err := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
			return none, err
		}
		if _, err := cdp.Call(ctx, tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: width, Height: 844, DeviceScaleFactor: 1, Mobile: width < 500,
		}); err != nil {
			return none, err
		}
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return none, err
	}
	if err := chromedp.Do(ctx, sees, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	f, err := chromedp.Run(ctx, chromedp.Evaluate[findings](findingsJS))
	if err != nil {
		t.Fatal(err)
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("SCREENSHOTS"); dir != "" {
		name := fmt.Sprintf("%s-%d-%s.png", strings.ReplaceAll(filepath.Base(t.Name()), "/", "-"), width, scheme)
		if err := os.WriteFile(filepath.Join(dir, name), picture, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// The promises of WCAG 2.1 AA on contrast, and what a page on a phone needs.
func (f findings) readable(t *testing.T) {
	t.Helper()
	if f.Overflow > 0 || len(f.Outside) > 0 {
		t.Errorf("the page is %d pixels too wide: %q", f.Overflow, f.Outside)
	}
	if f.Contrast < 4.5 || f.Texts < 20 {
		t.Errorf("the contrast of %q is %.2f, want 4.5 (%d texts)", f.Worst, f.Contrast, f.Texts)
	}
	if f.Scripts > 0 {
		t.Errorf("the page has %d scripts", f.Scripts)
	}
	if f.Verdict == "" || f.Top > 1 {
		t.Errorf("what is wrong, %q, ends %.1f windows down", f.Verdict, f.Top)
	}
	if len(f.Anchors) > 0 {
		t.Errorf("links lead nowhere: %q", f.Anchors)
	}
	for _, r := range f.Rows {
		if !r.Visible || r.Text == "" || r.Age == "" || r.Next == "" {
			t.Errorf("a source isn't seen with its state, age and next fetch: %+v", r)
		}
	}
}

// count returns how many sources are shown as failing, all of which must stand
// out from those that aren't.
func (f findings) count(t *testing.T) (failing int) {
	t.Helper()
	tints := map[string]bool{}
	for _, r := range f.Rows {
		if r.Class != "bad" {
			tints[r.Tint] = true
		}
	}
	for _, r := range f.Rows {
		if r.Class != "bad" {
			continue
		}
		failing++
		if tints[r.Tint] || !strings.Contains(r.Text, ":") {
			t.Errorf("a failing source doesn't stand out: %+v", r)
		}
	}
	return failing
}

// reach opens every link of the page.
func (f findings) reach(t *testing.T) {
	t.Helper()
	if len(f.Links) < 5 {
		t.Errorf("links to %q only", f.Links)
	}
	for _, link := range f.Links {
		resp, err := http.Get(link)
		if err != nil {
			t.Error(err)
			continue
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", link, resp.Status)
		}
	}
}

func TestLandingPage(t *testing.T) {
	ctx := browse(t)
	path := program(t)
	const faults = `[
		{"vendor": "livevox", "endpoint": "calls_on_hold", "kind": "status", "status": 503},
		{"vendor": "livevox", "endpoint": "agent_stats", "kind": "html"},
		{"vendor": "liveperson", "endpoint": "agent_status", "kind": "status", "status": 403}
	]`
	for name, test := range map[string]struct {
		serve            func(*testing.T, string) string
		sources, failing int
	}{
		"all is well":     {func(t *testing.T, path string) string { return demo(t, path, "") }, 17, 0},
		"some fail":       {func(t *testing.T, path string) string { return demo(t, path, faults) }, 17, 3},
		"twenty accounts": {many, 140, 28},
	} {
		t.Run(name, func(t *testing.T) {
			url := "http://" + test.serve(t, path) + "/"
			for _, width := range []int64{390, 1280} {
				for _, scheme := range []string{"light", "dark"} {
					f := look(ctx, t, url, width, scheme)
					f.readable(t)
					if n := f.count(t); n != test.failing || len(f.Rows) != test.sources {
						t.Errorf("%d of %d sources fail, want %d of %d: %s", n, len(f.Rows), test.failing, test.sources, f.Verdict)
					}
					if width == 390 && scheme == "light" {
						f.reach(t)
					}
				}
			}
		})
	}
}
