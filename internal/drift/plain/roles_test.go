package plain

import (
	"strings"
	"testing"
)

func TestDirectoryRolesAreNamed(t *testing.T) {
	t.Parallel()
	if got := DirectoryRole("62E90394-69F5-4237-9190-012177145E10"); got != "Global Administrator" {
		t.Errorf("%q", got)
	}
	if got := DirectoryRole("00000000-0000-0000-0000-000000000000"); got != "" {
		t.Errorf("an ID of no role is %q", got)
	}
	names := map[string]bool{}
	for id, name := range directoryRoles {
		if !isGUID(id) || id != strings.ToLower(id) || name == "" || names[name] {
			t.Errorf("%s: %q", id, name)
		}
		names[name] = true
	}
}
