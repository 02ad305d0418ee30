// Taking imported rules out of the ruleset, and putting the built-in ones in.
import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useEdit } from "@/app/edit";
import { useTenant } from "@/app/tenant";
import { Failed, Icon, InTenant } from "@/ui";
import { tell, useRemoveSource, useRestoreBuiltin } from "./queries";

interface Question {
  title: string;
  says: string;
  submit: string;
  danger?: boolean;
  write: { isPending: boolean; error: Error | null };
  run: (reason: string) => Promise<unknown>;
  close: () => void;
}

function Asked({ title, says, submit, danger, write, run, close }: Question) {
  const edit = useEdit();
  const [reason, setReason] = useState(edit.reason);
  const send = (e: FormEvent) => {
    e.preventDefault();
    void run(reason.trim()).then(close, () => undefined);
  };
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ "aria-label": "Close" }} centered>
      <form onSubmit={send}>
        <Stack gap="sm">
          <InTenant />
          <Text size="sm">{says}</Text>
          <Textarea label="Reason" value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={500} required data-autofocus />
          {write.error && <Failed error={write.error} what="Nothing was changed." />}
          <Group justify="flex-end"><Button variant="default" onClick={close}>Cancel</Button><Button type="submit" color={danger ? "red.9" : undefined} loading={write.isPending} disabled={!reason.trim()}>{submit}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Of a document of rules in the ruleset in force. */
export function TakeOut({ name }: { name: string }) {
  const { param } = useTenant();
  const write = useRemoveSource();
  const [asked, setAsked] = useState(false);
  const run = async (reason: string) => {
    await write.mutateAsync({ path: { name }, query: { reason, tenant: param } });
    tell("The rules are out", `No rule of ${name} counts from the next event on.`);
  };
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setAsked(true)} aria-label={`Take out the rules of ${name}`}>Take out</Button>
      {asked && <Asked title={`Take the rules of ${name} out`} says={`None of them counts from the next event on. ${name === "builtin" ? "They can be put back here." : "The ruleset of now stays in the list: to have them back, have it decide again, or import them anew."}`} submit="Take them out" danger write={write} run={run} close={() => setAsked(false)} />}
    </>
  );
}

/** The rules that come with this version of the server. */
export function PutBack({ there }: { there: boolean }) {
  const { param } = useTenant();
  const write = useRestoreBuiltin();
  const [asked, setAsked] = useState(false);
  const run = async (reason: string) => {
    const got = await write.mutateAsync({ query: { reason, tenant: param } });
    tell("The built-in rules are in force", `They count from the next event on, in ruleset ${got.ruleset.name} ${got.ruleset.version}.`);
  };
  return (
    <>
      <Button variant="default" leftSection={<Icon name="undo" size={14} />} onClick={() => setAsked(true)}>{there ? "Renew the built-in rules" : "Put the built-in rules back"}</Button>
      {asked && <Asked title={there ? "Renew the built-in rules" : "Put the built-in rules back"} says={there ? "Those of the server’s version take the place of the ones that are in the ruleset. Where they are the same, nothing changes." : "Those of the server’s version come into the ruleset beside what is there, and count from the next event on."} submit={there ? "Renew them" : "Put them back"} write={write} run={run} close={() => setAsked(false)} />}
    </>
  );
}
