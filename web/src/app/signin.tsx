// Sign-in by key. It shows at the URL that was asked for, so that signing in
// leads there; over the screen that was open when the session ended, so that
// what was typed there is still there.
import { Alert, Anchor, Box, Button, Center, Code, PasswordInput, Paper, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { ApiError, type Problem } from "@/api/client";
import { Icon } from "@/ui/icons";
import { Logo } from "./logo";
import { signIn } from "./session";

interface Props {
  ended?: Problem;
  /** In front of the screen that stays. */
  over?: boolean;
  /** Signing in again before it must be. */
  close?: () => void;
}

/** In the browser's top layer: the screen behind can't be reached, and keeps its state. */
function Over({ close, children }: { close?: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const d = dialog.current!;
    if (!d.open) d.showModal();
    // Keys are of this dialog, not of the one behind it.
    const own = (e: KeyboardEvent) => e.stopPropagation();
    d.addEventListener("keydown", own);
    return () => d.removeEventListener("keydown", own);
  }, []);
  return <dialog ref={dialog} className="sign-in-over" aria-label="Sign in" data-mantine-stop-propagation="true" onCancel={(e) => (e.preventDefault(), close?.())}>{children}</dialog>;
}

export default function SignIn(props: Props) {
  return props.over ? <Over close={props.close}><Form {...props} /></Over> : <Form {...props} />;
}

/** What a problem says, without its code and to the end of a sentence. */
export function sentence(detail: string): string {
  const text = detail.replace(/^[a-z_]+: /, "").trim();
  const said = text.charAt(0).toUpperCase() + text.slice(1);
  return said === "" || /[.!?]$/.test(said) ? said : `${said}.`;
}

function Form({ ended, over, close }: Props) {
  const client = useQueryClient();
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!over) document.title = "Sign in · FrostGate";
  }, [over]);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(client, key.trim());
      close?.();
    } catch (x) {
      setProblem(x instanceof ApiError ? x.problem : { status: 0, code: "unknown", title: "Sign-in did not work", detail: String(x) });
      setBusy(false);
    }
  };
  return (
    <Center mih="100dvh" p="md" component={over ? "div" : "main"} className="signin">
      <Paper withBorder p="xl" w="100%" maw={420} shadow="xs">
        <form onSubmit={(e) => void submit(e)}>
          <Stack gap="md">
            <Box>
              <Logo size={30} />
              <Title order={1} mt="sm">Sign in</Title>
              <Text size="sm" c="dimmed">With an API key. It is exchanged for a session of 12 hours and not kept in this browser.</Text>
            </Box>
            {ended && !problem && (
              <Alert color="yellow" variant="light" icon={<Icon name="clock" />} title="Your session is over" role="status">
                {sentence(ended.detail)} Sign in to go on where you were: what is open and typed is kept.
              </Alert>
            )}
            {problem && (
              <Alert color="red" variant="light" icon={<Icon name="alert" />} title={problem.title} role="alert">
                {problem.detail}
                {problem.request_id && <Text size="xs" c="dimmed" mt={4}>Request {problem.request_id}</Text>}
              </Alert>
            )}
            <PasswordInput label="API key" size="sm" value={key} onChange={(e) => setKey(e.currentTarget.value)} autoComplete="off" spellCheck={false} required data-autofocus autoFocus data-mantine-stop-propagation="true" visibilityToggleButtonProps={{ "aria-label": "Show the key" }} />
            <Button type="submit" size="sm" loading={busy} disabled={key.trim() === ""}>Sign in</Button>
            {close && <Button variant="subtle" size="sm" onClick={close}>Not now</Button>}
            <Text size="xs" c="dimmed">
              The first start of the server wrote a key into <Code>bootstrap.json</Code> in its data folder; <Code>frostgate keys create</Code> makes others.{" "}
              <Anchor href="/docs" size="xs" underline="always">API documentation</Anchor>
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
