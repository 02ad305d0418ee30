import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { Icon, type IconName } from "@/ui/icons";

const choices = [
  { value: "light", label: "Light", icon: "sun" },
  { value: "dark", label: "Dark", icon: "moon" },
  { value: "auto", label: "As the system", icon: "auto" },
] satisfies { value: string; label: string; icon: IconName }[];

export function SchemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const now = choices.find((c) => c.value === colorScheme) ?? choices[2]!;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={`Colours: ${now.label}`}><Icon name={now.icon} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map((c) => (
          <Menu.Item key={c.value} leftSection={<Icon name={c.icon} />} rightSection={c === now ? <Icon name="check" title="chosen" /> : null} onClick={() => setColorScheme(c.value as "light" | "dark" | "auto")}>{c.label}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
