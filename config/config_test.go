package config

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares got with a file, or writes it.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s\nwant:\n%s", path, got, want)
	}
}

// testFiles returns the configurations in a folder of testdata.
func testFiles(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", folder, err)
	}
	return files
}

// parse reads a configuration that has to be good.
func parse(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Parse(filepath.Join(t.TempDir(), "test.yml"), []byte(text), testVendors())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestBadFilesAreRefusedWithTheirExactMessage(t *testing.T) {
	t.Setenv("CONTACTCENTER_TEST_SECRET", "hunter2-from-env")
	for _, file := range testFiles(t, "bad") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			c, err := Load(file, testVendors())
			if err == nil {
				t.Fatalf("is accepted: %+v", c)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows a secret: %v", err)
			}
			golden(t, strings.TrimSuffix(file, ".yml")+".err", err.Error()+"\n")
		})
	}
}

func TestGoodFilesReadAsTheirRedactedView(t *testing.T) {
	t.Setenv("CONTACTCENTER_TEST_SECRET", "metrics")
	for _, file := range testFiles(t, "good") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			c, err := Load(file, testVendors())
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(file, ".yml")+".redacted", string(c.Redacted()))
		})
	}
}

func TestTheRedactedViewReadsAsTheSameConfiguration(t *testing.T) {
	t.Setenv("CONTACTCENTER_TEST_SECRET", "metrics")
	for _, file := range testFiles(t, "good") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			first, err := Load(file, testVendors())
			if err != nil {
				t.Fatal(err)
			}
			second, err := Parse("view.yml", first.Redacted(), testVendors())
			if err != nil {
				t.Fatal(err)
			}
			if one, other := string(first.Redacted()), string(second.Redacted()); one != other {
				t.Errorf("got:\n%s\nwant:\n%s", other, one)
			}
		})
	}
}

func TestTenLinesAreEnough(t *testing.T) {
	c, err := Load("testdata/good/liveperson.yml", testVendors())
	if err != nil {
		t.Fatal(err)
	}
	got := c.Accounts[0]
	keys := got.Keys.(*shopKeys)
	want := Account{
		Name:   "shop-eu",
		Vendor: "liveperson",
		Keys: &shopKeys{
			AccountID:     "12345678",
			Auth:          shopAuth{OAuth2: &shopOAuth2{ClientID: "abc", ClientSecret: keys.Auth.OAuth2.ClientSecret}},
			DiscoveryURL:  "https://api.liveperson.net",
			RequestSource: "contactcenter",
		},
		Limits:         Limits{RequestsPerSecond: 2, Burst: 4, MaxConcurrent: 2, Timeout: 30 * time.Second, MaxResponseBytes: 64 << 20},
		Identity:       ID,
		MaxSeries:      500_000,
		MaxLabelValues: 200,
		StateSets:      AllStates,
		Sources: map[string]Source{
			"agent_status": {Interval: 30 * time.Second, MaxAge: 5 * time.Minute, MaxSeries: 500_000, MaxLabelValues: 200, Options: &statusOptions{PageSize: 1000}},
			"status_changes": {Interval: 10 * time.Minute, MaxAge: 30 * time.Minute, MaxSeries: 500_000, MaxLabelValues: 200, Options: &changesOptions{
				Overlap: Duration(2 * time.Hour), Settle: Duration(time.Hour), Lookback: Duration(24 * time.Hour), Version: 2,
			}},
		},
		off: []string{"agent_activity"},
	}
	if !got.Equal(want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if secret := keys.Auth.OAuth2.ClientSecret.Read(); secret != "lp-secret" {
		t.Errorf("secret %q", secret)
	}
	if c.OTLP != nil {
		t.Error("something is pushed")
	}
}

func TestALiveVoxAccountHasItsOwnDefaults(t *testing.T) {
	c, err := Load("testdata/good/livevox.yml", testVendors())
	if err != nil {
		t.Fatal(err)
	}
	a := c.Accounts[0]
	if k := a.Keys.(*dialerKeys); a.Identity != Hash || k.BaseURL != "https://api.livevox.com" || k.DayTimezone.Location() != nil || k.Logout {
		t.Errorf("got %+v", a)
	}
	on := slices.Sorted(maps.Keys(a.Sources))
	if want := []string{"agent_stats", "agents_status", "calls_on_hold", "campaign_stats", "service_stats"}; !slices.Equal(on, want) {
		t.Errorf("on are %v, want %v", on, want)
	}
}

func TestSourcesTakeTheAccountsBoundsAndDeriveTheirAge(t *testing.T) {
	c := parse(t, `
accounts:
  - name: a
    vendor: liveperson
    account_id: "1"
    auth: {bearer_token: t}
    sources:
      agent_status: {interval: 1h}
      agent_activity: {max_age: 10m}
      status_changes: {enabled: true, max_series: 3}
    max_series: 7
    max_label_values: 8
`)
	want := map[string][4]any{
		"agent_status":   {time.Hour, 3 * time.Hour, 7, 8},
		"agent_activity": {5 * time.Minute, 10 * time.Minute, 7, 8},
		"status_changes": {10 * time.Minute, 30 * time.Minute, 3, 8},
	}
	for name, s := range c.Accounts[0].Sources {
		if got := [4]any{s.Interval, s.MaxAge, s.MaxSeries, s.MaxLabelValues}; got != want[name] {
			t.Errorf("%s: got %v, want %v", name, got, want[name])
		}
	}
}

func TestOptionsAreFilledAndNeverShared(t *testing.T) {
	const file = `
accounts:
  - {name: a, vendor: liveperson, account_id: "1", auth: {bearer_token: t}, sources: {agent_status: {page_size: 5, filter: {skill_ids: [1, "x", 007]}}}}
  - {name: b, vendor: liveperson, account_id: "1", auth: {bearer_token: t}}
`
	c := parse(t, file)
	first := c.Accounts[0].Sources["agent_status"].Options.(*statusOptions)
	if want := (&statusOptions{PageSize: 5, Filter: idFilter{SkillIDs: IDs{"1", "x", "007"}}}); !reflect.DeepEqual(first, want) {
		t.Errorf("got %+v, want %+v", first, want)
	}
	second := c.Accounts[1].Sources["agent_status"].Options.(*statusOptions)
	if second.PageSize != 1000 {
		t.Errorf("the other account got %+v", second)
	}
}

func TestRelativePathsStartFromTheFolderOfTheFile(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "token"), "beside")
	write(t, filepath.Join(folder, "file.yml"), bearer("token"))
	t.Chdir(t.TempDir())
	write(t, "token", "in the working directory")
	c, err := Load(filepath.Join(folder, "file.yml"), testVendors())
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Accounts[0].Keys.(*shopKeys).Auth.BearerToken.Read(); got != "beside" {
		t.Errorf("read %q", got)
	}
	absolute, err := filepath.Abs("token")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "file.yml"), bearer(absolute))
	if c, err = Load(filepath.Join(folder, "file.yml"), testVendors()); err != nil {
		t.Fatal(err)
	}
	if got := c.Accounts[0].Keys.(*shopKeys).Auth.BearerToken.Read(); got != "in the working directory" {
		t.Errorf("with an absolute path read %q", got)
	}
}

// bearer returns a configuration whose only secret is in a file.
func bearer(path string) string {
	return "accounts:\n  - {name: a, vendor: liveperson, account_id: \"1\", auth: {bearer_token_file: " + path + "}}\n"
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestWhatStandsForSomethingElseIsExpandedAsText(t *testing.T) {
	t.Setenv("CONTACTCENTER_TEST_NAME", "yes")
	t.Setenv("CONTACTCENTER_TEST_BURST", "9")
	t.Setenv("CONTACTCENTER_TEST_TOKEN", "a: [b]\n- ${env:CONTACTCENTER_TEST_NAME}")
	t.Setenv("CONTACTCENTER_TEST_NULL", "null")
	t.Setenv("CONTACTCENTER_TEST_TRUE", "true")
	c := parse(t, `
accounts:
  - name: a.${env:CONTACTCENTER_TEST_NAME}.${env:CONTACTCENTER_TEST_NULL}
    vendor: livevox
    auth: {client_name: "$${x} $HOME ${env}", username: "${env:CONTACTCENTER_TEST_TOKEN}", password: "${env:CONTACTCENTER_TEST_NULL}", access_token: "t"}
    limits: {burst: "${env:CONTACTCENTER_TEST_BURST}", timeout: "${env:CONTACTCENTER_TEST_BURST}s"}
    logout: ${env:CONTACTCENTER_TEST_TRUE}
`)
	a, k := c.Accounts[0], c.Accounts[0].Keys.(*dialerKeys)
	got := []any{a.Name, k.Auth.ClientName, k.Auth.Username, k.Auth.Password.Read(), a.Limits.Burst, a.Limits.Timeout, k.Logout}
	want := []any{"a.yes.null", "$${x} $HOME ${env}", "a: [b]\n- ${env:CONTACTCENTER_TEST_NAME}", "null", 9, 9 * time.Second, true}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestAFileThatIsTooLargeIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "large.yml")
	write(t, path, strings.Repeat("#", maxFile+1))
	for name, read := range map[string]func() (*Config, error){
		"Load":  func() (*Config, error) { return Load(path, testVendors()) },
		"Parse": func() (*Config, error) { return Parse(path, []byte(strings.Repeat("#", maxFile+1)), testVendors()) },
	} {
		if _, err := read(); err == nil || err.Error() != path+": is larger than 1MiB" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAMissingFileIsNamed(t *testing.T) {
	if _, err := Load("missing.yml", testVendors()); err == nil || err.Error() != "missing.yml: no such file or directory" {
		t.Error(err)
	}
}
