import type { IconName } from "@/ui/icons";

export const schemes = [
  { value: "light", label: "Light", icon: "sun" },
  { value: "dark", label: "Dark", icon: "moon" },
  { value: "auto", label: "As the system", icon: "auto" },
] as const satisfies { value: string; label: string; icon: IconName }[];

export const schemeNow = (value: string) => schemes.find((c) => c.value === value) ?? schemes[2];
