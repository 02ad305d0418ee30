package normal

import (
	"bytes"
	"slices"
	"strings"
)

// commonSecrets are names of members that hold secrets in all families. A
// family says with not_secret where it means something else by one, and adds
// its own.
//
// Names are compared in lower case without what separates words. One with _
// in it is compared with the words apart: bypass is no pass.
func commonSecrets() []secretDoc {
	names := strings.Fields(`
		*password *passwords *passwordhash *passwd *passphrase *pwd *psk *_pass pass
		*secret *secrets *secretkey *secretvalue *secretaccesskey
		*presharedkey *sharedkey *privatekey *apikey *accountkey *signingkey *encryptionkey
		*wepkey *wifikey *networkkey *recoverykey *keymaterial
		*accesstoken *refreshtoken *authtoken *bearertoken *apitoken *sastoken *sessiontoken *oauthtoken
		*connectionstring *webhookurl token bearer jwt cookie authorization proxyauthorization`)
	docs := make([]secretDoc, len(names))
	for i, name := range names {
		docs[i] = secretDoc{Path: name, common: true}
	}
	return docs
}

// spelling is a name in the two forms that names of secrets are compared with.
type spelling struct {
	words []byte // in lower case, with _ between words
	flat  []byte // the same without _
}

// spell brings a name into both forms. dbPassword, DB_PASSWORD and db-password
// become db_password.
func (s *spelling) spell(name []byte) {
	s.words, s.flat = s.words[:0], s.flat[:0]
	for i, c := range name {
		upper := c >= 'A' && c <= 'Z'
		if isSeparator(c) || upper && i > 0 && beginsWord(name, i) {
			if n := len(s.words); n > 0 && s.words[n-1] != '_' {
				s.words = append(s.words, '_')
			}
		}
		if isSeparator(c) {
			continue
		}
		if upper {
			c += 'a' - 'A'
		}
		s.words, s.flat = append(s.words, c), append(s.flat, c)
	}
}

func isSeparator(c byte) bool {
	switch c {
	case '_', '-', '.', ' ', '/', ':':
		return true
	}
	return false
}

// beginsWord says that the capital at i is after a small letter or digit, or is
// the last of several capitals before one: dbPass, DBPass.
func beginsWord(name []byte, i int) bool {
	small := func(c byte) bool { return c >= 'a' && c <= 'z' }
	before := name[i-1]
	return small(before) || before >= '0' && before <= '9' || i+1 < len(name) && small(name[i+1]) && !isSeparator(before)
}

// is says whether the name is one of a secret.
func (s *namedSecret) is(name *spelling) bool {
	form := name.flat
	if s.words {
		form = name.words
	}
	return s.name.matchBytes(form) && !s.not[string(name.flat)]
}

// plain says that names like this one are no secrets in the family, although
// the common list has them.
func (t *nameTable) plain(name *spelling) bool {
	return slices.ContainsFunc(t.notSecret, func(g glob) bool { return g.matchBytes(name.flat) })
}

// calls says whether a name that stands as text beside its value ({"name":
// "DB_PASSWORD", "value": ...}) is that of a secret.
func (t *nameTable) calls(text []byte, room *spelling) bool {
	if len(text) == 0 || len(text) > maxName {
		return false
	}
	room.spell(text)
	plain := t.plain(room)
	for i := range t.secrets {
		s := &t.secrets[i]
		if len(s.rule.when) == 0 && !(s.common && plain) && s.is(room) {
			return true
		}
	}
	return bytes.HasSuffix(room.words, []byte("_auth"))
}

// role is what a member can be of an object that is a name and its value.
type role uint8

const (
	pairName role = 1 << iota
	pairValue
	wholePair = pairName | pairValue
)

// roleOf gives the role of a member by its name.
func roleOf(flat []byte) role {
	switch string(flat) {
	case "name", "key", "optionname", "parameterkey", "parametername", "appconfigkey",
		"settingdefinitionid", "definitionid", "omauri":
		return pairName
	case "value", "valuejson", "optionvalue", "parametervalue", "appconfigkeyvalue",
		"simplesettingvalue", "simplesettingcollectionvalue":
		return pairValue
	}
	return 0
}

// namesElement says that a member tells what an element is, and not what is in
// it: it stays readable in a list of secrets.
func namesElement(key []byte) bool {
	switch string(key) {
	case "id", "name", "displayName", "type", "kind":
		return true
	}
	return false
}
