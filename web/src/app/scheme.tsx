import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { Icon } from "@/ui/icons";
import type { MenuProps } from "./lazymenu";
import { schemeNow, schemes } from "./schemes";

export default function SchemeMenu({ start }: MenuProps) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const now = schemeNow(colorScheme);
  return (
    <Menu position="bottom-end" defaultOpened={start}>
      <Menu.Target>
        <ActionIcon aria-label={`Colours: ${now.label}`}><Icon name={now.icon} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map((c) => (
          <Menu.Item key={c.value} leftSection={<Icon name={c.icon} />} rightSection={c === now ? <Icon name="check" title="chosen" /> : null} onClick={() => setColorScheme(c.value)}>{c.label}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
