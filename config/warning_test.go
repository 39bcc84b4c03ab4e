package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is probably a mistake is said, with its place and without the secret.
func TestWarnings(t *testing.T) {
	const (
		livevox = "- {name: NAME, vendor: livevox, auth: {client_name: c, username: u, password_file: good, access_token_file: good}}\n"
		oauth2  = "- {name: NAME, vendor: liveperson, account_id: '1', auth: {oauth2: {client_id: c, client_secret_file: good}}}\n"
		bearer  = "- {name: NAME, vendor: liveperson, account_id: '1', auth: {bearer_token_file: good}}\n"
		other   = "- {name: NAME, vendor: liveperson, account_id: '1', auth: {bearer_token_file: better}}\n"
	)
	t.Setenv("WARNING_TOKEN", "Bearer hunter2")
	accounts := func(each ...string) string {
		text := "accounts:\n"
		for i, a := range each {
			text += strings.ReplaceAll(a, "NAME", string(rune('a'+i)))
		}
		return text
	}
	for name, test := range map[string]struct {
		file string
		mode os.FileMode // of the file
		want []string    // parts of the lines, in their order
	}{
		"nothing":                 {accounts(livevox, oauth2), 0o644, nil},
		"a file for everyone":     {accounts(strings.Replace(livevox, "password_file: good", "password_file: open", 1)), 0o644, []string{":2:66: accounts[0].auth.password_file: "}},
		"an expanded file":        {accounts(strings.Replace(livevox, "password_file: good", "password: '${file:open}'", 1)), 0o644, []string{"accounts[0].auth.password: "}},
		"a secret in the file":    {accounts(strings.Replace(livevox, "password_file: good", "password: hunter2", 1)), 0o644, []string{"contactcenter.yml can be read by every user"}},
		"the same, for me alone":  {accounts(strings.Replace(livevox, "password_file: good", "password: hunter2", 1)), 0o600, nil},
		"a variable":              {accounts(strings.Replace(livevox, "password_file: good", "password: '${env:PATH}'", 1)), 0o644, nil},
		"env without a brace":     {accounts(strings.Replace(livevox, "client_name: c", "client_name: '${env:FOO'", 1)), 0o644, []string{"accounts[0].auth.client_name: ${env: without a closing brace"}},
		"file without a brace":    {accounts(strings.Replace(livevox, "client_name: c", "client_name: '${env:PATH}${file:FOO'", 1)), 0o644, []string{"${file: without a closing brace"}},
		"in a secret":             {accounts(strings.Replace(livevox, "password_file: good", "password: '${env:hunter2'", 1)), 0o600, []string{"accounts[0].auth.password: ${env: without"}},
		"in a list":               {accounts(strings.Replace(livevox, "auth:", "filter: {service_ids: ['1']}, base_url: 'http://127.0.0.1/${env:X', auth:", 1)), 0o644, []string{"accounts[0].base_url: ${env:"}},
		"hours without times":     {accounts(strings.Replace(livevox, "auth:", "hours: [{timezone: UTC}, {timezone: UTC, open: []}, {timezone: UTC, open: [mon 08:00-09:00]}], auth:", 1)), 0o644, []string{"accounts[0].hours[0]: has no times in open", "accounts[0].hours[1]: has no times in open"}},
		"a roster and names":      {accounts(strings.Replace(livevox, "auth:", "identity: name, roster: {file: x}, auth:", 1)), 0o644, []string{":2:46: accounts[0].roster: has ids of agents, and identity: name shows names"}},
		"a roster and ids":        {accounts(strings.Replace(livevox, "auth:", "identity: id, roster: {file: x}, auth:", 1)), 0o644, nil},
		"a plain dollar":          {accounts(strings.Replace(livevox, "client_name: c", "client_name: 'a$b ${c} $env:{'", 1)), 0o644, nil},
		"Bearer in a file":        {accounts(strings.Replace(bearer, "good", "prefixed", 1)), 0o644, []string{"accounts[0].auth.bearer_token_file: begins with Bearer"}},
		"Bearer in a variable":    {accounts(strings.Replace(bearer, "bearer_token_file: good", "bearer_token: '${env:WARNING_TOKEN}'", 1)), 0o644, []string{"accounts[0].auth.bearer_token: begins with Bearer"}},
		"Bearer of LiveVox":       {accounts(strings.Replace(livevox, "access_token_file: good", "access_token_file: prefixed", 1)), 0o644, []string{"access_token_file: begins with Bearer"}},
		"white space":             {accounts(strings.Replace(bearer, "good", "spaced", 1)), 0o644, []string{"begins or ends with white space"}},
		"one login twice":         {accounts(livevox, livevox), 0o644, []string{"accounts[1].auth: has the login of accounts[0]"}},
		"one login thrice":        {accounts(oauth2, livevox, oauth2, oauth2), 0o644, []string{"accounts[2].auth: has the login of accounts[0]", "accounts[3].auth: has the login of accounts[0]"}},
		"one token twice":         {accounts(bearer, bearer), 0o644, []string{"accounts[1].auth: has the login of accounts[0]"}},
		"two tokens":              {accounts(bearer, other), 0o644, nil},
		"two users":               {accounts(livevox, strings.Replace(livevox, "username: u", "username: v", 1)), 0o644, nil},
		"two LivePerson accounts": {accounts(oauth2, strings.Replace(oauth2, "'1'", "'2'", 1)), 0o644, nil},
		"two regions":             {accounts(livevox, strings.Replace(livevox, "auth:", "base_url: https://eu.livevox.com, auth:", 1)), 0o644, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, content := range map[string]string{"good": "x\n", "better": "y\n", "open": "hunter2\n", "prefixed": "bearer hunter2\n", "spaced": "hunter2 \n"} {
				write(t, filepath.Join(dir, file), content)
				mode := os.FileMode(0o640)
				if file == "open" {
					mode = 0o644
				}
				if err := os.Chmod(filepath.Join(dir, file), mode); err != nil {
					t.Fatal(err)
				}
			}
			path := filepath.Join(dir, "contactcenter.yml")
			write(t, path, test.file)
			if err := os.Chmod(path, test.mode); err != nil {
				t.Fatal(err)
			}
			c, err := Load(path, testVendors())
			if err != nil {
				t.Fatal(err)
			}
			got := c.Warnings()
			for i := range max(len(got), len(test.want)) {
				if i >= len(got) || i >= len(test.want) || !strings.Contains(got[i], test.want[i]) {
					t.Fatalf("warnings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
				}
				if !strings.HasPrefix(got[i], path+":") || strings.Contains(got[i], "hunter2") {
					t.Error(got[i])
				}
			}
		})
	}
}
