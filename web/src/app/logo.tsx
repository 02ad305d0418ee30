import { Group, Text } from "@mantine/core";

export function Logo({ size = 24, plain = false }: { size?: number; plain?: boolean }) {
  return (
    <Group gap={8} wrap="nowrap" component="span">
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="7" fill="#1d4f7a" />
        <path d="M16 5.500l8.500 3.200v7c0 5.400-3.500 9-8.500 10.800-5-1.800-8.500-5.400-8.500-10.800v-7z" fill="none" stroke="#fff" strokeWidth="2.200" strokeLinejoin="round" />
        <path d="M16 11v10M11.700 13.500l8.600 5M20.300 13.500l-8.600 5" stroke="#9fd3f5" strokeWidth="1.900" strokeLinecap="round" />
      </svg>
      {!plain && <Text span fw={700} size="lg">FrostGate</Text>}
    </Group>
  );
}
