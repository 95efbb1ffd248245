package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTemplatesAreAFolderBesideTheConfiguration(t *testing.T) {
	dir := folder(t, map[string]string{"envdesk.yaml": "desk:\n  address: a@b.test\n  templates: mails\n", "note.md": "# x\n"})
	path, mails := filepath.Join(dir, "envdesk.yaml"), filepath.Join(dir, "mails")
	place := path + ":3: desk.templates: got "

	_, err := Load(path, SectionDesk)
	assert.EqualError(t, err, place+mails+", which does not exist, want a folder with mail templates; envdesk mail templates --dir "+mails+" writes the built-in ones there")
	_, err = Load(path, SectionTemplates)
	assert.ErrorContains(t, err, "which does not exist")
	_, err = Load(path, SectionStore, SectionTimezone)
	assert.NoError(t, err, "what writes no mails needs no templates")

	require.NoError(t, os.Symlink("note.md", mails))
	_, err = Load(path, SectionDesk)
	assert.EqualError(t, err, place+mails+", a file, want a folder with mail templates")

	require.NoError(t, os.Remove(mails))
	require.NoError(t, os.Symlink("mails", mails))
	_, err = Load(path, SectionDesk)
	assert.EqualError(t, err, place+mails+": too many levels of symbolic links, want a folder with mail templates")

	require.NoError(t, os.Remove(mails))
	require.NoError(t, os.Mkdir(mails, 0o700))
	c, err := Load(path, SectionDesk)
	require.NoError(t, err)
	assert.Equal(t, mails, c.Desk.Templates)
}

func TestTemplatesOfAFolderElsewhere(t *testing.T) {
	assert.Equal(t, "/srv/mails", mustParse(t, "desk: {address: a@b.test, templates: /srv/mails/}").Desk.Templates)
	assert.Empty(t, mustParse(t, "desk: {address: a@b.test}").Desk.Templates)
}
