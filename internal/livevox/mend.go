package livevox

import "bytes"

// mend repairs what the samples on the vendor's pages have instead of JSON: a
// comma before a closing bracket (calls on hold), none between "]" and the next
// key (calls on hold), an ellipsis between records (agent statistics), and no
// brace around everything (agent statistics, old form). Strings are left alone.
func mend(body []byte) []byte {
	body = bytes.TrimSpace(body)
	out := make([]byte, 0, len(body)+8)
	if len(body) > 0 && body[0] == '"' {
		out = append(out, '{')
	}
	for i := 0; i < len(body); {
		n := token(body[i:])
		out = join(out, body[i:i+n])
		i += n
	}
	return out
}

// token is the length of the string, ellipsis or single byte that b begins with.
func token(b []byte) int {
	if bytes.HasPrefix(b, []byte("...")) {
		return len("...")
	}
	if b[0] != '"' {
		return 1
	}
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// join appends a token, with or without the comma that belongs before it.
// Blanks between tokens are not kept, so that the last byte is always one that
// counts.
func join(out, token []byte) []byte {
	var last byte
	if len(out) > 0 {
		last = out[len(out)-1]
	}
	switch first := token[0]; {
	case first == ' ', first == '\t', first == '\r', first == '\n', string(token) == "...":
		return out
	case (first == '}' || first == ']') && last == ',':
		out = out[:len(out)-1]
	case first == ',' && last == ',':
		return out
	case (first == '"' || first == '{' || first == '[') && (last == ']' || last == '}'):
		out = append(out, ',')
	}
	return append(out, token...)
}
