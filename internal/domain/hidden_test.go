package domain

import "testing"

func TestHiddenCharacters(t *testing.T) {
	t.Parallel()
	for _, r := range []rune{0x061C, 0x200B, 0x200E, 0x200F, 0x202A, 0x202E, 0x2060, 0x2066, 0x2069, 0xFEFF} {
		if text := "a" + string(r) + "b"; !HasHidden(text) || !HasHiddenValue(text) {
			t.Errorf("%U is not found", r)
		}
	}
	for _, text := range []string{"می\u200cخواهم", "👩\u200d🚒"} {
		if HasHidden(text) || !HasHiddenValue(text) {
			t.Errorf("%q: joiners belong to texts and not to values", text)
		}
	}
	if text := "Åsa – 100 % «ok»\n"; HasHidden(text) || HasHiddenValue(text) {
		t.Error("plain text is refused")
	}
}
