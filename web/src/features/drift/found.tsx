// What a list of findings says first: what changed, by which run, since which
// run, what that run could not tell, and what else it found.
import { Fragment, type ReactNode } from "react";
import { useTenant } from "@/app/tenant";
import type { Values } from "@/ui/filters";
import { A, count, Icon, plural, Time } from "@/ui";
import type { Counted } from "./bulk";
import { listSentence, untoldSentences, type FoundRun, type FoundRuns } from "./found-logic";
import { useFoundRuns } from "./queries";

export function FoundLines({ values, of: c }: { values: Values; of?: Counted }) {
  const runs = useFoundRuns(values).data;
  const newest = runs?.items[0];
  return (
    <>
      <div>{c ? <>{listSentence(values, c.total, c.by_tenant.length)}. </> : "\u00a0"}{c && c.total > 0 && runs && newest && <FoundBy of={runs} newest={newest} />}</div>
      <div>{c && c.total > 0 && newest ? <Besides of={newest} several={runs!.total > 1} typed={typeof values.type === "string"} /> : "\u00a0"}</div>
    </>
  );
}

function FoundBy({ of: runs, newest: r }: { of: FoundRuns; newest: FoundRun }) {
  const { isAll } = useTenant();
  const search = { tenant: r.tenant_id };
  const run = <A to="/inventory/runs/$id" params={{ id: r.run.run }} search={search} underline="always">the run of {r.source}{isAll ? ` in ${r.tenant_name}` : ""}{r.run.at && <> of <Time at={r.run.at} /></>}</A>;
  return <>Found by {runs.total === 1 ? run : <>{plural(runs.total, "run")}, the newest {run}</>}{r.before ? <>, against <A to="/inventory/runs/$id" params={{ id: r.before.run }} search={search} underline="always">the run before{r.before.at && <> of <Time at={r.before.at} /></>}</A></> : ", against its baseline"}.</>;
}

/** What it could not tell is said where it can be looked at; so is what else it found. */
function Besides({ of: r, several, typed }: { of: FoundRun; several: boolean; typed: boolean }) {
  const untold = untoldSentences(r);
  const who = several ? "The newest run" : "That run";
  const inRun = (key: string, label: ReactNode, type?: string) => <A key={key} to="/drift/findings" search={{ run: r.run.run, all: "true", tenant: r.tenant_id, ...(type ? { type } : {}) }} underline="always">{label}</A>;
  return (
    <>
      {untold.length === 0 ? `${who} read everything. ` : <><Icon name="alert" size={13} /> <A to="/inventory/runs/$id" params={{ id: r.run.run }} search={{ tenant: r.tenant_id }} underline="always">{untold.slice(0, 2).join("; ")}{untold.length > 2 ? ` and ${count(untold.length - 2)} more` : ""}</A>. </>}
      {typed && (r.elsewhere.length === 0 ? "It found nothing of other types." : <>It also found {inRun("all", plural(r.elsewhere.reduce((n, t) => n + t.findings, 0), "change"))} elsewhere: {r.elsewhere.slice(0, 5).map((t, i) => <Fragment key={t.type}>{i > 0 && ", "}{inRun(t.type, `${t.label} ${count(t.findings)}`, t.label)}</Fragment>)}{r.elsewhere.length > 5 ? ` and ${plural(r.elsewhere.length - 5, "more type")}` : ""}.</>)}
    </>
  );
}
