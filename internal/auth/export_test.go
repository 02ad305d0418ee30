package auth

// RejoinKey puts one key's ID and another's secret together, with a right
// check.
func RejoinKey(id, secret string) string {
	a, err := parseKey(id)
	if err != nil {
		panic(err)
	}
	b, err := parseKey(secret)
	if err != nil {
		panic(err)
	}
	text := keyPrefix + a.env + "_" + string(a.id) + "_" + b.secret
	sum := keyCheck(text)
	return text + string(sum[:])
}
