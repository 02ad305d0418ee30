// Forms that a link opens, where changing something needs edit mode first.
import { useEffect, useRef } from "react";
import { useEdit } from "./edit";

/** A link that opens a form asks for edit mode where it is off; who declines wants no form. */
export function useEdited(wanted: boolean, decline: () => void) {
  const edit = useEdit();
  const latest = useRef({ edit, decline });
  latest.current = { edit, decline };
  useEffect(() => {
    if (wanted && !latest.current.edit.on) latest.current.edit.ask();
  }, [wanted]);
  const was = useRef(false);
  useEffect(() => {
    if (was.current && !edit.asking && !edit.on && wanted) latest.current.decline();
    was.current = edit.asking;
  }, [edit.asking, edit.on, wanted]);
}
