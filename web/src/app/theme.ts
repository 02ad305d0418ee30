// Colours and sizes of the console: calm, dense, and with enough contrast in
// both schemes (WCAG 2.2 AA; the end-to-end tests check it).
import { createTheme, type AutocompleteProps, type CSSVariablesResolver, type MantineColorSchemeManager, type MantineColorScheme } from "@mantine/core";
import { reveal } from "@/ui/hidden";

/** What completes a field: as it is read (see src/jsx); chosen, it is what it is. */
const completes: AutocompleteProps["renderOption"] = ({ option }) => reveal(option.value);

/** Of many choices it is the list itself that scrolls, by the keys of its field; a box inside it would have to be reached by itself. */
const choices = { defaultProps: { withScrollArea: false }, styles: { options: { maxHeight: 220, overflowY: "auto" as const } } };

export const theme = createTheme({
  primaryColor: "frost",
  primaryShade: 7,
  autoContrast: true,
  colors: {
    frost: ["#eef6fb", "#dcebf5", "#b6d6ea", "#8cbfdf", "#68abd6", "#4f9ed0", "#3a8cc0", "#1f6a9c", "#1b5a85", "#134667"],
    dark: ["#d5dae1", "#b3bcc8", "#97a2b1", "#6b7787", "#3d4753", "#303943", "#232b34", "#1a2129", "#141a21", "#0e1318"],
  },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  headings: { sizes: { h1: { fontSize: "1.375rem", fontWeight: "650" }, h2: { fontSize: "0.9375rem", fontWeight: "650" }, h3: { fontSize: "0.875rem", fontWeight: "650" } } },
  defaultRadius: "sm",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "xs" } },
    TextInput: { defaultProps: { size: "xs" } },
    Textarea: { defaultProps: { size: "xs" } },
    Select: { ...choices, defaultProps: { ...choices.defaultProps, size: "xs" } },
    MultiSelect: choices,
    Autocomplete: { ...choices, defaultProps: { ...choices.defaultProps, renderOption: completes } },
    TagsInput: { ...choices, defaultProps: { ...choices.defaultProps, renderOption: completes } },
    Checkbox: { defaultProps: { size: "xs" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: true } } },
    Modal: { styles: { title: { fontWeight: 650, fontSize: "var(--mantine-font-size-lg)" } } },
    Anchor: { defaultProps: { underline: "hover" } },
  },
});

/** Mantine's dimmed text is too pale for small print. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { "--mantine-color-dimmed": "#55606c", "--mantine-color-placeholder": "#69737e", "--mantine-color-body": "#ffffff", "--mantine-color-anchor": "#1b5a85", "--mantine-color-error": "#b3202a" },
  dark: { "--mantine-color-dimmed": "#a3adba", "--mantine-color-placeholder": "#8b96a4", "--mantine-color-body": "#141a21", "--mantine-color-anchor": "#8cbfdf", "--mantine-color-error": "#ff9a9a" },
});

const place = "frostgate.theme";

/** Keeps the choice where theme.js reads it before the first paint. */
export const schemeManager: MantineColorSchemeManager = {
  get: (fallback) => (localStorage.getItem(place) as MantineColorScheme | null) ?? fallback,
  set: (value) => localStorage.setItem(place, value),
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => localStorage.removeItem(place),
};
