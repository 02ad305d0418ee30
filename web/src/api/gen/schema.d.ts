// Written by `npm run gen` from api/openapi.yaml. Don't edit.

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this is and where things are */
        get: operations["get_"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/allowlists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Targets that are never blocked */
        get: operations["get_alias_allowlists"];
        put?: never;
        /** Never block a target */
        post: operations["post_alias_allowlists"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/allowlists/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an entry
         * @description The entry stays readable as removed.
         */
        delete: operations["delete_alias_allowlists_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/allowlists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Targets that are never blocked */
        get: operations["get_allowlists"];
        put?: never;
        /** Never block a target */
        post: operations["post_allowlists"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/allowlists/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an entry
         * @description The entry stays readable as removed.
         */
        delete: operations["delete_allowlists_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/allowlists/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check a value, and tell what an entry would have spared; nothing is written */
        post: operations["post_allowlists_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/anomaly/model": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the anomaly score has learned, and how its features weigh
         * @description One model for each ring that the tenant uses and the key may read. Anomaly scores add no points: they inform people, and policies as input.anomaly_score.
         */
        get: operations["get_anomaly_model"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions that wait for a human */
        get: operations["get_approvals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who changed, read or was denied what */
        get: operations["get_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One entry */
        get: operations["get_audit_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All entries that fit the filters, as one file
         * @description Newest first, without a limit. What was recorded after the request came in is left out. An answer that breaks off is not whole: the connection is cut.
         */
        get: operations["get_audit_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contracts/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the served contract is the committed one */
        get: operations["get_contracts_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions, newest first */
        get: operations["get_decisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One decision with its event */
        get: operations["get_decisions_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions/{id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say whether a decision was right
         * @description Recorded as evidence and counted by rule, once for each decision. The same again from the same person changes nothing; another verdict or comment takes the place of theirs. A verdict on the whole decision, or on the rule anomaly, also changes the weights of the anomaly features that found something, within limits for one person and for one kind of event: a new version of the model, with the digests before and after in an entry of its own.
         */
        post: operations["post_decisions_id_feedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions/{id}/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The receipt with openings of what it commits to */
        get: operations["get_decisions_id_receipt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/decisions/about": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What some decisions are about: addresses, users, hosts, and what is done to them
         * @description For what a list of decisions shows, which names nobody. At most 100 at once.
         */
        get: operations["get_decisions_about"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/defend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide on one event
         * @description The answer is given when the decision is durable. The same event again gives the same decision with the header Idempotent-Replayed: true; for an event without a timestamp an Idempotency-Key does the same.
         */
        post: operations["post_defend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/defend/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide on many events, one JSON object a line (NDJSON)
         * @description Answers one line per line, in the same order: the decision, or {"line":n,"problem":{...}}; a bad line loses no other. A line may have 1 MiB, a batch 64 MiB. Read the answer while sending. Each line counts against the quota class defend, and is refused when the key or the tenant has lost the right meanwhile. With an Idempotency-Key each line has the key KEY:n, n being its line number: the same batch sent again gives the same decisions, also for events without a timestamp.
         */
        post: operations["post_defend_batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/documents/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One document, byte for byte */
        get: operations["get_documents_hash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What drifted and waits for somebody
         * @description Counts of findings that are not resolved, by state, severity, type and tenant, and what the last run of each source could not tell. With tenant=all, of every tenant in which the key's owner may read drift.
         */
        get: operations["get_drift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/baselines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What runs are compared with
         * @description What is expected of a source. Every source has the automatic one, last-run: the run before. Another active one takes its place unless keep_last_run. snapshot pins one observation, golden looks at the last run of another tenant (objects matched by type, name and template), template is a document of desired state.
         */
        get: operations["get_drift_baselines"];
        put?: never;
        /**
         * Make a baseline
         * @description What is expected of a source. Every source has the automatic one, last-run: the run before. Another active one takes its place unless keep_last_run. snapshot pins one observation, golden looks at the last run of another tenant (objects matched by type, name and template), template is a document of desired state.
         */
        post: operations["post_drift_baselines"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/baselines/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One baseline with its versions */
        get: operations["get_drift_baselines_id"];
        put?: never;
        /**
         * Make the next version of a baseline
         * @description Kind and source stay, and so do findings with their history; the next comparison says which still hold.
         */
        post: operations["post_drift_baselines_id"];
        /**
         * Compare nothing with a baseline any more
         * @description As deactivate: nothing is deleted.
         */
        delete: operations["delete_drift_baselines_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/baselines/{id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compare runs with a baseline again */
        post: operations["post_drift_baselines_id_activate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/baselines/{id}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compare nothing with a baseline any more
         * @description Its findings and history stay. Where no other is active, last-run is again.
         */
        post: operations["post_drift_baselines_id_deactivate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How two tenants, sources or snapshots differ
         * @description Nothing is stored. Objects are the same if type, name and template are; references count as what they name. The key's owner must hold drift:read in both tenants.
         */
        post: operations["post_drift_compare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/comparisons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs held against baselines, the newest first */
        get: operations["get_drift_comparisons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Findings, what waits first
         * @description Without `state`, those that wait: reopened and new. Reopened come first, then by severity, then the newest. A value is shown in short; the finding itself has it in full. Secrets are keyed hashes everywhere.
         */
        get: operations["get_drift_findings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/findings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One finding with both values, its operations and its history
         * @description id may be the beginning of an ID that fits one finding. The change lies between the times of the runs before and after.
         */
        get: operations["get_drift_findings_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/findings/{id}/triage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide on one finding
         * @description acknowledge: seen, it leaves the list of what waits. accept: this value is right until a time of at most 366 days; any other value reopens. deny: this value must be undone. reopen: look at it again; an acceptance ends. assign and comment leave the state. accept and deny need a note. Findings are named by ids (at most 1,000) or by a filter; where versions are given, one that is not current refuses the whole call with 409. All of it is one entry of the tenant's log, for every 1,000 findings of a filter.
         */
        post: operations["post_drift_findings_id_triage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/findings/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many findings a list has
         * @description By the parameters of the list.
         */
        get: operations["get_drift_findings_count"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/findings/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which runs found what a list has
         * @description By the parameters of the list. What the newest of them found elsewhere and could not tell is with it.
         */
        get: operations["get_drift_findings_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/findings/triage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide on many findings
         * @description acknowledge: seen, it leaves the list of what waits. accept: this value is right until a time of at most 366 days; any other value reopens. deny: this value must be undone. reopen: look at it again; an acceptance ends. assign and comment leave the state. accept and deny need a note. Findings are named by ids (at most 1,000) or by a filter; where versions are given, one that is not current refuses the whole call with 409. All of it is one entry of the tenant's log, for every 1,000 findings of a filter. With `tenants`, on findings of several tenants at once: each tenant's log records its part, and one in which it can't be done is told with a code and stays as it is. With `limit`, a filter's findings are taken in parts: go on with `after` = `next` until there is none.
         */
        post: operations["post_drift_findings_triage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same change in many objects and tenants, as one
         * @description What came back first, then by severity, then those in most tenants. With tenant=all, of every tenant in which the key's owner may read drift.
         */
        get: operations["get_drift_groups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/groups/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** In which tenants a change is */
        get: operations["get_drift_groups_key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/groups/{key}/triage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide on the same change in many tenants at once
         * @description acknowledge: seen, it leaves the list of what waits. accept: this value is right until a time of at most 366 days; any other value reopens. deny: this value must be undone. reopen: look at it again; an acceptance ends. assign and comment leave the state. accept and deny need a note. Findings are named by ids (at most 1,000) or by a filter; where versions are given, one that is not current refuses the whole call with 409. All of it is one entry of the tenant's log, for every 1,000 findings of a filter. Each tenant's log records its part. A tenant in which the key's owner may not triage is told with a code and stays as it is.
         */
        post: operations["post_drift_groups_key_triage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/severity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules that say how grave a change is */
        get: operations["get_drift_severity"];
        put?: never;
        /**
         * Make a new version of the severity rules
         * @description It counts from the next comparison on; findings that are there keep their severity. `version` is the one that was read: another in force is refused.
         */
        post: operations["post_drift_severity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enforcements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mitigations that are or were in force */
        get: operations["get_enforcements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enforcements/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One enforcement */
        get: operations["get_enforcements_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enforcements/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End an enforcement before its time
         * @description Revoking again changes nothing; one that is over answers 409.
         */
        post: operations["post_enforcements_id_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enforcements/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End all that is in force of an action against a target, up to 500 at a time */
        post: operations["post_enforcements_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enforcements/targets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is in force now, by action and target */
        get: operations["get_enforcements_targets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enforcements/totals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is in force now, in numbers */
        get: operations["get_enforcements_totals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/attestations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Attestations that modules signed, the newest first */
        get: operations["get_evidence_attestations"];
        put?: never;
        /**
         * Record a module's signed attestation
         * @description A DSSE envelope of at most 256 KiB. Checked in order: module_unknown, module_revoked, signature_invalid, counter_replayed, outside_window (10 minutes both ways). The answer is the receipt with the opened envelope; the same envelope again gives the first receipt.
         */
        post: operations["post_evidence_attestations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/attestations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The receipt of an attestation, with the envelope */
        get: operations["get_evidence_attestations_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/bundles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Evidence as one file that anybody can check offline
         * @description id is a decision ID, or range (from, to), subject (subject=KIND:VALUE), tenant (the whole log) or absence (artifact, from, to: that nothing of this kind was recorded). An answer that breaks off is no bundle: its last line, a signature over all before it, is missing. `frostgate evidence verify FILE` checks the file without a network.
         */
        get: operations["get_evidence_bundles_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/epochs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries of the log of logs, the newest first, with what each holds of the tenant's log */
        get: operations["get_evidence_epochs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/epochs/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One entry of the log of logs with its proof */
        get: operations["get_evidence_epochs_index"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Erasures of the tenant, the newest first */
        get: operations["get_evidence_erasures"];
        put?: never;
        /**
         * Erase what was recorded about a subject
         * @description Destroys the payload of every decision that speaks of the subject, whoever else it speaks of. The decision's time, verdict and rules stay, and all proofs stay valid. New decisions about the subject are recorded as ever. The answer is the certificate.
         */
        post: operations["post_evidence_erasures"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/erasures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The certificate of an erasure
         * @description It verifies offline like any receipt.
         */
        get: operations["get_evidence_erasures_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public key that verifies receipts */
        get: operations["get_evidence_key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tenant's log and the log of logs: how they stand, when they were verified last */
        get: operations["get_evidence_logs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/logs/{log}/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log's signed checkpoint (C2SP tlog-checkpoint) */
        get: operations["get_evidence_logs_log_checkpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/logs/{log}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Entries of the tenant's log, the newest first
         * @description Entries hold nothing personal; what they commit to is in the payloads.
         */
        get: operations["get_evidence_logs_log_entries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/logs/{log}/entries/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One entry with its receipt
         * @description The receipt proves the entry and holds no payload.
         */
        get: operations["get_evidence_logs_log_entries_index"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/logs/{log}/tile/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A tile of the log's tree, or a bundle of its entries (C2SP tlog-tiles)
         * @description path is LEVEL/N or entries/N, with .p/W at the end for the first W of a tile; N is written in groups of three digits, all but the last with an x before. What is at a path never changes, so it may be kept.
         */
        get: operations["get_evidence_logs_log_tile_path"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/prune": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete now what the tenant's retention has outlived
         * @description A background job does the same each minute.
         */
        post: operations["post_evidence_prune"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/rekey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * New payload keys, so that backups forget what was erased
         * @description Wraps every content key anew and destroys the old payload and subject keys. It takes time in proportion to the log; interrupted, the same request goes on.
         */
        post: operations["post_evidence_rekey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/root": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the log of logs and its witnesses do */
        get: operations["get_evidence_root"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/root/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The root log's signed checkpoint (C2SP tlog-checkpoint), cosigned as far as it is */
        get: operations["get_evidence_root_checkpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/root/tile/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A tile of the root log, or a bundle of its entries (C2SP tlog-tiles) */
        get: operations["get_evidence_root_tile_path"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/signing-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The keys that sign the logs, the oldest first, with what the root log says of them */
        get: operations["get_evidence_signing_keys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/evidence/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify a bundle, a receipt or a saved answer with this server's own keys
         * @description The body is the file as it is, a bundle up to 64 MiB or JSON up to 4 MiB. The same body gives the same answer; 200 with valid false when a check fails, 422 when there is nothing in it to check. Whoever does not trust this server runs `frostgate evidence verify` elsewhere, which gives the same report. Members beyond these tell of bundles what they hold.
         */
        post: operations["post_evidence_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feed/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The feed, newest first */
        get: operations["get_feed_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feed/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The feed as server-sent events
         * @description The event ID is the log index: send the last one as Last-Event-ID to go on without loss. Without it the stream begins now. A reader that is too slow is cut off and resumes by the same header.
         */
        get: operations["get_feed_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forensics/audit_trail/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that happened around one event, in the order of time
         * @description Receipt and decision, neighbours of the same source and event type, enforcements, approvals, webhook deliveries, audited reads, erasure and anchoring. Items that the key may not read are left out and counted.
         */
        get: operations["get_forensics_audit_trail_event_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forensics/chain/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recompute the tenant's log
         * @description Reads each entry, so it takes time in proportion to the log. Of the decisions' clear columns, 10000 rows are held against what their entries commit to; go on at rows_next.
         */
        get: operations["get_forensics_chain_verify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forensics/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide recorded events again and compare the bytes
         * @description One event, one decision, or a range by time of receipt in pages. It evaluates the recorded facts with the recorded ruleset; nothing is written but an audit entry. A decision that can't be replayed is an outcome of its own and does not end a range.
         */
        post: operations["post_forensics_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forensics/snapshot/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Event, facts, decision and receipt with openings */
        get: operations["get_forensics_snapshot_event_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How completely each type was read
         * @description By the last run that looked at the type. Absence counts as a removal only where a type was read to its end.
         */
        get: operations["get_inventory_coverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/graph/blast-radius": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What feels a change of an object
         * @description What refers to it, what refers to that, and so on.
         */
        get: operations["get_inventory_graph_blast_radius"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/graph/broken": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * References to objects that are not there
         * @description A reference is broken only where the type that it names was read to its end.
         */
        get: operations["get_inventory_graph_broken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/graph/neighbours": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an object refers to, and what refers to it
         * @description Assignments, filters, scope tags, groups, named locations, and what refers to what in other sources.
         */
        get: operations["get_inventory_graph_neighbours"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/graph/unassigned": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Objects that are assigned to nobody and so have no effect */
        get: operations["get_inventory_graph_unassigned"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/item": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One object: its content and when it changed
         * @description source and type may be left out where the ID, or else the name, fits one object.
         */
        get: operations["get_inventory_item"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was last observed */
        get: operations["get_inventory_items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Observations, the newest first
         * @description A run that broke off is aborted: it says why, and nothing of it counts.
         */
        get: operations["get_inventory_runs"];
        put?: never;
        /**
         * Observe: stream the objects of a source
         * @description The body is NDJSON, of any length, as slow as the source is. A line is one of {"object":{...},"place":"a/b.json","type":"...","id":"..."} (place, type and id may be left out where the object shows them), {"failed":{"place":"...","type":"...","reason":"..."}} (something could not be read), {"coverage":{"type":"...","status":"complete|partial|failed|skipped","error":"..."}}, {"folder":"a/b"} (read to its end), {"end":{"objects":n}} (last; it must agree). The answer comes when the run is recorded and compared. If the body breaks off or is too large, the run is aborted: it stays in the list with its reason, and nothing of it counts. What can't be read is quarantined and makes absences of its type unknown. One run of a source may be open at a time. Secrets are replaced by keyed hashes before anything is stored.
         */
        post: operations["post_inventory_runs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One run: what it covered, what it could not read, what drifted */
        get: operations["get_inventory_runs_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Immutable copies of observations, the newest first */
        get: operations["get_inventory_snapshots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/snapshots/{root}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One snapshot: what it covers
         * @description root is the SHA-256 of its root document, which stands for all of it.
         */
        get: operations["get_inventory_snapshots_root"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/snapshots/{root}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A snapshot as a file
         * @description NDJSON: the root document, then each object with its content, bit for bit. Imported anywhere, it has the same hash. Secrets are keyed hashes in it too. An answer that breaks off is no snapshot: import refuses it.
         */
        get: operations["get_inventory_snapshots_root_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/snapshots/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Store a snapshot from a file
         * @description The body is what export gave, of any length. All of it is checked against its hashes. The same again changes nothing.
         */
        post: operations["post_inventory_snapshots_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where observations come from, with the last run of each */
        get: operations["get_inventory_sources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inventory/types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Types of objects that are known by name
         * @description Others are taken too, under the name that their source gives.
         */
        get: operations["get_inventory_types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Keys of a tenant */
        get: operations["get_keys"];
        put?: never;
        /** Make a key */
        post: operations["post_keys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One key */
        get: operations["get_keys_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a key at once */
        post: operations["post_keys_id_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a successor, which does not outlive the key in use, and let the key end */
        post: operations["post_keys_id_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/leaked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report a leaked key
         * @description Whoever has the whole key may end it; it is revoked at once. Needs no other key; an address may try 10 times a minute.
         */
        post: operations["post_keys_leaked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/missions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mission envelopes, newest first */
        get: operations["get_missions"];
        put?: never;
        /** Sign and store an envelope; it never changes */
        post: operations["post_missions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/missions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One mission */
        get: operations["get_missions_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/missions/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a mission before its time */
        post: operations["post_missions_id_end"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/modules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Modules that sign attestations */
        get: operations["get_modules"];
        put?: never;
        /** Register a module */
        post: operations["post_modules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/modules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One module */
        get: operations["get_modules_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/modules/{id}/keys/{key}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End one key at once */
        post: operations["post_modules_id_keys_key_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/modules/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a module with all its keys */
        post: operations["post_modules_id_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/modules/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a module's key by itself
         * @description Both keys sign. The module asks with the key that it submits attestations with.
         */
        post: operations["post_modules_id_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/modules/{id}/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make another enrolment token; those before end */
        post: operations["post_modules_id_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/modules/enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring in a module's key with its one-time token
         * @description Any key of the tenant may ask: the token and the proof decide. A module that enrols again with another token loses its earlier keys.
         */
        post: operations["post_modules_enrol"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/names": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Names behind the IDs of people, service accounts and keys
         * @description Either id: what these are called; what does not exist is left out. Or may: who is able to do what the scope allows, by name, for choosing somebody; this needs the scope itself, or people:read.
         */
        get: operations["get_names"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Persons and service accounts */
        get: operations["get_people"];
        put?: never;
        /** Add a person or service account */
        post: operations["post_people"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One person or service account */
        get: operations["get_people_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop all keys of a principal at once */
        post: operations["post_people_id_disable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a disabled principal act again */
        post: operations["post_people_id_enable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{id}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a role */
        post: operations["post_people_id_roles"];
        /** Take a role */
        delete: operations["delete_people_id_roles"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/posture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where things stand, and how much waits for a person
         * @description With tenant=all, of every tenant in which the key's owner may read decisions. What it may not read in a tenant is absent there.
         */
        get: operations["get_posture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Classification rings, from open to most protected */
        get: operations["get_rings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rings/{ring}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One ring */
        get: operations["get_rings_ring"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rings/isolation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Probe that no two rings share state */
        get: operations["get_rings_isolation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rings/route": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** How a classification and persona are treated */
        post: operations["post_rings_route"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roe/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the rules of engagement would make of mitigations now; nothing is decided or spent */
        post: operations["post_roe_evaluate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roe/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules of engagement in force */
        get: operations["get_roe_policy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Detections of the ruleset that decides */
        get: operations["get_rules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One detection with its text, tuning and counts */
        get: operations["get_rules_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{id}/tuning": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change how a rule counts, from the next event on
         * @description The whole tuning of the rule is replaced: what is left out is as its author wrote it. It makes a new tuning document and a new ruleset, and switches to that.
         */
        post: operations["post_rules_id_tuning"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/builtin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put this version's built-in detections into the ruleset
         * @description They come with the version of the server and are the detections document builtin. An upgrade leaves the ruleset in force as it is; this takes the new ones, keeping imports and tuning, and also undoes removing them. The ruleset decides from the next event on. The same again changes nothing.
         */
        post: operations["post_rules_builtin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What would become of Sigma rules, without storing them
         * @description The body is as for /rules/import. It is asked by those who may import: it takes as much of the server.
         */
        post: operations["post_rules_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/documents/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One document of rules or of their tuning, byte for byte */
        get: operations["get_rules_documents_hash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Which detections match an event, and why
         * @description Nothing is decided and nothing recorded. Rate caps, which depend on what came before, are not applied; filters and tuned levels are.
         */
        post: operations["post_rules_explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/filters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Filters of the ruleset that decides, the expired ones too */
        get: operations["get_rules_filters"];
        put?: never;
        /**
         * Take known noise out of rules until a date
         * @description A hit that fits the search `not` gives no points while the filter holds; it stays in the decision's trace as suppressed. An expired filter does nothing and stays listed.
         */
        post: operations["post_rules_filters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/filters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a filter before its time */
        delete: operations["delete_rules_filters_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/hits/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * When a rule or a scenario fired
         * @description Recorded decisions in which it fired, by time; suppressed hits are not in it.
         */
        get: operations["get_rules_hits_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put Sigma rules into the ruleset
         * @description The body is a tar, plain or gzip, or an archive of files in the txtar format: up to 64 MiB sent, 20,000 rule files of 64 MiB together, 32 MiB of usable rules. The usable files are kept byte for byte as the detections document `name`, instead of the one that had this name. Rules that can't be honoured are named with file and line and left out. With activate=true the ruleset decides from the next event on, unless somebody else switched meanwhile. The same body again changes nothing.
         */
        post: operations["post_rules_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/scenarios": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Scenarios of the ruleset that decides: what they count, and when they fire */
        get: operations["get_rules_scenarios"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/sources/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take imported rules out of the ruleset */
        delete: operations["delete_rules_sources_name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which rules fire, which are noise, and what they cost
         * @description hits and suppressed count matches in decisions recorded since this process started, by this process. decisions counts recorded decisions of the window, of all processes and also from before a restart, in which the rule fired; suppressed hits are not in it. true_positives and false_positives count the feedback on decisions, of all time. cost_ns is the mean over sampled events; a rule whose literals do not occur in an event is not looked at and costs nothing.
         */
        get: operations["get_rules_stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What watches the tenant, in numbers */
        get: operations["get_rules_summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rulesets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rulesets that the tenant may use, newest first */
        get: operations["get_rulesets"];
        put?: never;
        /**
         * Check and store a ruleset with its new documents
         * @description It is compiled and measured before it is stored, and not active until /rulesets/active says so. The same ruleset again changes nothing.
         */
        post: operations["post_rulesets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rulesets/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One ruleset */
        get: operations["get_rulesets_hash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rulesets/active": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The ruleset that decides */
        get: operations["get_rulesets_active"];
        put?: never;
        /** Switch the ruleset between two events */
        post: operations["post_rulesets_active"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in
         * @description 404 for a request with an API key: it has no session.
         */
        get: operations["get_session"];
        put?: never;
        /**
         * Sign in a browser: exchange the key for a session in a cookie
         * @description The cookie is HttpOnly and SameSite=Strict; over TLS it is Secure and bound to the host. The session may do what the key may, for 12 hours, and ends with the key. A session can't open another. All tabs of a browser share the cookie: a tab that sends the key_id it was told in the header Signed-In-As gets 409, and changes nothing, once the cookie is the session of another key.
         */
        post: operations["post_session"];
        /**
         * Sign out
         * @description The session ends at once, and the cookie goes.
         */
        delete: operations["delete_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts over a window that ends now */
        get: operations["get_stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tenants of the key's organisation that its owner may see */
        get: operations["get_tenants"];
        put?: never;
        /** Make a tenant in the key's organisation */
        post: operations["post_tenants"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tenants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One tenant */
        get: operations["get_tenants_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Rename, set, suspend or resume a tenant
         * @description Status and settings.rates need tenants:write in the whole organisation. If-Match with the tenant's ETag keeps two editors from overwriting each other.
         */
        patch: operations["patch_tenants_id"];
        trace?: never;
    };
    "/api/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions per hour, as they are metered */
        get: operations["get_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/usage/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions per day of each tenant that the key's owner may see, against its limits */
        get: operations["get_usage_tenants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Webhooks of the tenant */
        get: operations["get_webhooks"];
        put?: never;
        /** Send decisions from now on to an address */
        post: operations["post_webhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One webhook */
        get: operations["get_webhooks_id"];
        put?: never;
        post?: never;
        /** End a webhook */
        delete: operations["delete_webhooks_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages that were given up */
        get: operations["get_webhooks_id_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test message now */
        post: operations["post_webhooks_id_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/whoami": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who the key belongs to and what it may do */
        get: operations["get_whoami"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who changed, read or was denied what */
        get: operations["get_alias_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contracts/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the served contract is the committed one */
        get: operations["get_alias_contracts_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions, newest first */
        get: operations["get_alias_decisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One decision with its event */
        get: operations["get_alias_decisions_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/defend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide on one event
         * @description The answer is given when the decision is durable. The same event again gives the same decision with the header Idempotent-Replayed: true; for an event without a timestamp an Idempotency-Key does the same.
         */
        post: operations["post_alias_defend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This contract for people */
        get: operations["get_docs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What drifted and waits for somebody
         * @description Counts of findings that are not resolved, by state, severity, type and tenant, and what the last run of each source could not tell. With tenant=all, of every tenant in which the key's owner may read drift.
         */
        get: operations["get_alias_drift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/drift/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Findings, what waits first
         * @description Without `state`, those that wait: reopened and new. Reopened come first, then by severity, then the newest. A value is shown in short; the finding itself has it in full. Secrets are keyed hashes everywhere.
         */
        get: operations["get_alias_drift_findings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enforcements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mitigations that are or were in force */
        get: operations["get_alias_enforcements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enforcements/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One enforcement */
        get: operations["get_alias_enforcements_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enforcements/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End an enforcement before its time
         * @description Revoking again changes nothing; one that is over answers 409.
         */
        post: operations["post_alias_enforcements_id_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/evidence/bundles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Evidence as one file that anybody can check offline
         * @description id is a decision ID, or range (from, to), subject (subject=KIND:VALUE), tenant (the whole log) or absence (artifact, from, to: that nothing of this kind was recorded). An answer that breaks off is no bundle: its last line, a signature over all before it, is missing. `frostgate evidence verify FILE` checks the file without a network.
         */
        get: operations["get_alias_evidence_bundles_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/evidence/logs/{log}/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log's signed checkpoint (C2SP tlog-checkpoint) */
        get: operations["get_alias_evidence_logs_log_checkpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/evidence/logs/{log}/tile/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A tile of the log's tree, or a bundle of its entries (C2SP tlog-tiles)
         * @description path is LEVEL/N or entries/N, with .p/W at the end for the first W of a tile; N is written in groups of three digits, all but the last with an x before. What is at a path never changes, so it may be kept.
         */
        get: operations["get_alias_evidence_logs_log_tile_path"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/evidence/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify a bundle, a receipt or a saved answer with this server's own keys
         * @description The body is the file as it is, a bundle up to 64 MiB or JSON up to 4 MiB. The same body gives the same answer; 200 with valid false when a check fails, 422 when there is nothing in it to check. Whoever does not trust this server runs `frostgate evidence verify` elsewhere, which gives the same report. Members beyond these tell of bundles what they hold.
         */
        post: operations["post_alias_evidence_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feed/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The feed, newest first */
        get: operations["get_alias_feed_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feed/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The feed as server-sent events
         * @description The event ID is the log index: send the last one as Last-Event-ID to go on without loss. Without it the stream begins now. A reader that is too slow is cut off and resumes by the same header.
         */
        get: operations["get_alias_feed_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/forensics/audit_trail/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that happened around one event, in the order of time
         * @description Receipt and decision, neighbours of the same source and event type, enforcements, approvals, webhook deliveries, audited reads, erasure and anchoring. Items that the key may not read are left out and counted.
         */
        get: operations["get_alias_forensics_audit_trail_event_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/forensics/chain/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recompute the tenant's log
         * @description Reads each entry, so it takes time in proportion to the log. Of the decisions' clear columns, 10000 rows are held against what their entries commit to; go on at rows_next.
         */
        get: operations["get_alias_forensics_chain_verify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/forensics/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide recorded events again and compare the bytes
         * @description One event, one decision, or a range by time of receipt in pages. It evaluates the recorded facts with the recorded ruleset; nothing is written but an audit entry. A decision that can't be replayed is an outcome of its own and does not end a range.
         */
        post: operations["post_alias_forensics_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/forensics/snapshot/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Event, facts, decision and receipt with openings */
        get: operations["get_alias_forensics_snapshot_event_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/detailed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Checks with reasons, modules, version */
        get: operations["get_health_detailed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process runs */
        get: operations["get_health_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether requests are taken
         * @description 503 with the same body until all checks pass, and while the server drains.
         */
        get: operations["get_health_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics */
        get: operations["get_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/missions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mission envelopes, newest first */
        get: operations["get_alias_missions"];
        put?: never;
        /** Sign and store an envelope; it never changes */
        post: operations["post_alias_missions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/missions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One mission */
        get: operations["get_alias_missions_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/missions/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a mission before its time */
        post: operations["post_alias_missions_id_end"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This contract as JSON */
        get: operations["get_openapi_json"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This contract as YAML */
        get: operations["get_openapi_yaml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Classification rings, from open to most protected */
        get: operations["get_alias_rings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rings/{ring}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One ring */
        get: operations["get_alias_rings_ring"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rings/isolation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Probe that no two rings share state */
        get: operations["get_alias_rings_isolation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rings/route": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** How a classification and persona are treated */
        post: operations["post_alias_rings_route"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roe/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the rules of engagement would make of mitigations now; nothing is decided or spent */
        post: operations["post_alias_roe_evaluate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roe/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules of engagement in force */
        get: operations["get_alias_roe_policy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts over a window that ends now */
        get: operations["get_alias_stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions per hour, as they are metered */
        get: operations["get_alias_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/defend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide on one event
         * @description The answer is given when the decision is durable. The same event again gives the same decision with the header Idempotent-Replayed: true; for an event without a timestamp an Idempotency-Key does the same.
         */
        post: operations["post_alias_v1_defend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/defend/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide on many events, one JSON object a line (NDJSON)
         * @description Answers one line per line, in the same order: the decision, or {"line":n,"problem":{...}}; a bad line loses no other. A line may have 1 MiB, a batch 64 MiB. Read the answer while sending. Each line counts against the quota class defend, and is refused when the key or the tenant has lost the right meanwhile. With an Idempotency-Key each line has the key KEY:n, n being its line number: the same batch sent again gives the same decisions, also for events without a timestamp.
         */
        post: operations["post_alias_v1_defend_batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AboutAnswer: {
            /** @description In the order asked for, without those that were erased, are not there, or whose ring the key may not read. */
            items: components["schemas"]["DecisionAbout"][];
        };
        AboutSubject: {
            /** @enum {string} */
            kind: "ip" | "user" | "host";
            value: string;
        };
        AcceptanceView: {
            approver?: string;
            by: string;
            reason?: string;
            /** Format: date-time */
            until: string;
            valid: boolean;
        };
        Action: {
            /** Format: int64 */
            default_ttl_seconds: number;
            disruptive: boolean;
            reversible: boolean;
            target_kind: string;
        };
        Activation: {
            /**
             * Format: int64
             * @description The generation that you saw (0: the tenant has no pointer of its own); another one now answers 409.
             */
            generation?: number;
            hash: string;
            /** @description Kept in the audit. */
            reason?: string;
        };
        ActiveRuleset: {
            /** @description The tenant has no pointer of its own. */
            follows_platform: boolean;
            /**
             * Format: int64
             * @description Moves with each switch.
             */
            generation: number;
            ruleset: components["schemas"]["RulesetView"];
            /** Format: date-time */
            updated_at: string;
            updated_by?: string;
        };
        AllowCover: {
            /** @description They are all there are. */
            all: boolean;
            /** @description An entry that covers it already. */
            covered_by?: string;
            /**
             * Format: int64
             * @description Of these in force now; an entry does not end them.
             */
            in_force: number;
            kind: string;
            /**
             * Format: int64
             * @description Enforcements that were looked at, the newest.
             */
            looked_at: number;
            /**
             * Format: date-time
             * @description When the oldest of them was set.
             */
            since?: string;
            /**
             * Format: int64
             * @description Of them the entry would have spared.
             */
            spared: number;
            /** @description The newest 50. */
            targets: components["schemas"]["Spared"][];
            /** @description As it would be stored and compared. */
            value: string;
        };
        AllowEntry: {
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /**
             * Format: date-time
             * @description Absent: it does not expire.
             */
            expires_at?: string;
            id: string;
            /** @enum {string} */
            kind: "ip" | "range" | "user" | "host" | "session" | "country" | "asn";
            reason: string;
            /** Format: date-time */
            removed_at?: string;
            removed_by?: string;
            value: string;
        };
        AllowEntryList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["AllowEntry"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        AllowQuestion: {
            /** @enum {string} */
            kind: "ip" | "range" | "user" | "host" | "session" | "country" | "asn";
            value: string;
        };
        AmbiguousView: {
            /** Format: int64 */
            in_from: number;
            /** Format: int64 */
            in_to: number;
            name: string;
            template?: string;
            type: string;
        };
        AnchorView: {
            /** @description The exact bytes of the root log's entry. */
            entry: string;
            /** @description Inclusion proof of the checkpoint in the epoch's tree, base64. */
            path: string[];
            /** @description c2sp.org/tlog-proof of the entry with the root log's checkpoint. */
            proof: string;
            /**
             * Format: int64
             * @description The tenant's leaf in the epoch.
             */
            slot: number;
        };
        AnchoredView: {
            /** Format: date-time */
            at: string;
            /**
             * Format: int64
             * @description Index of the log of logs' entry.
             */
            epoch: number;
            /**
             * Format: int64
             * @description How many entries of the log are anchored.
             */
            size: number;
        };
        AnomalyFeature: {
            /** @description Too little history: it does not count. */
            learning: boolean;
            name: string;
            /** @description 0 ordinary, 0.5 one in a hundred, 1 one in a thousand or rarer. */
            rarity: number;
            /**
             * Format: int64
             * @description How often the value, or a number as great, was seen before.
             */
            seen: number;
            /**
             * Format: int64
             * @description Of how many events of the same entity.
             */
            total: number;
            /** @description Of the feature in the model; feedback changes it. */
            weight: number;
        };
        AnomalyModel: {
            /**
             * Format: int64
             * @description How often counts were halved to make room.
             */
            aged: number;
            /** Format: date-time */
            at?: string;
            /**
             * Format: int64
             * @description Of the state as it is stored.
             */
            bytes: number;
            /** @description SHA-256 of the model's document. */
            digest: string;
            /**
             * Format: int64
             * @description Entry of the log that records it; absent: the first version.
             */
            entry?: number;
            /**
             * Format: int64
             * @description Learned from.
             */
            events: number;
            features: components["schemas"]["ModelFeature"][];
            /** @description No feature has enough history: anomaly scores are 0 and mean nothing. */
            learning: boolean;
            /** @description Algorithm and version of the weights, as decisions name it. */
            model: string;
            ring: string;
            /** @description SHA-256 chain over all that was learned, as of the last commit. */
            state_digest: string;
            /**
             * Format: int64
             * @description Each feedback that changes a weight makes a new one.
             */
            version: number;
        };
        AnomalyModels: {
            models: components["schemas"]["AnomalyModel"][];
        };
        AnomalyView: {
            /** @description Those that are learning or found something unusual; one that is not named found nothing. */
            features: components["schemas"]["AnomalyFeature"][];
            /** @description No feature has enough history yet: the score is 0 and means nothing. */
            learning: boolean;
            /** @description Algorithm and version of the weights. */
            model: string;
            /** @description SHA-256 chain over all that was learned before this event. */
            state_digest: string;
        };
        AnswerReceipt: {
            /** @description From the level anchored on: the checkpoint in the log of logs. */
            anchor?: components["schemas"]["AnchorView"];
            /** @description The exact bytes that the leaf commits to. */
            entry?: string;
            /** Format: int64 */
            index: number;
            leaf_hash: string;
            /** @enum {string} */
            level: "committed" | "anchored" | "witnessed";
            log: string;
            /** @description c2sp.org/tlog-proof with the signed checkpoint. */
            proof?: string;
            url: string;
        };
        ApiKey: {
            /** Format: date-time */
            created_at: string;
            env: string;
            /**
             * Format: date-time
             * @description Absent: it does not expire.
             */
            expires_at?: string;
            id: string;
            /**
             * Format: date-time
             * @description To about a minute.
             */
            last_used_at?: string;
            limits: components["schemas"]["KeyLimits"];
            name: string;
            principal_id: string;
            /** @description The key that this one was rotated from. */
            replaces?: string;
            /** Format: date-time */
            revoked_at?: string;
            scopes: string[];
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
            tenant_id: string;
        };
        ApiKeyList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["ApiKey"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        Approval: {
            /** Format: date-time */
            created_at: string;
            decision_id: string;
            /** Format: date-time */
            expires_at: string;
            /** @description What waits; absent where the key may not read the ring. */
            for?: components["schemas"]["WaitingFor"];
            id: string;
            /** @description Hash of exactly what would be approved. */
            mitigations_hash: string;
            status: string;
        };
        ApprovalPage: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["Approval"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
            /**
             * Format: int64
             * @description All that wait, on whatever page.
             */
            total: number;
        };
        ApprovalRef: {
            /** Format: date-time */
            expires_at: string;
            id: string;
        };
        AttestationItem: {
            /**
             * Format: date-time
             * @description When it was recorded.
             */
            at: string;
            /**
             * Format: int64
             * @description The module's own count; it only rises.
             */
            counter: number;
            /** @description Log ID and index. */
            id: string;
            /** Format: int64 */
            index: number;
            /** @description Fingerprint of the module's key that signed. */
            key_id: string;
            module: string;
            module_name?: string;
            type: string;
        };
        AttestationItemList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["AttestationItem"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        AuditRecord: {
            /** @description What was done, for example key.create. */
            action: string;
            /** Format: date-time */
            at: string;
            detail?: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description Entry of the tenant's log that proves it, where there is one.
             */
            entry?: number;
            id: string;
            key_id?: string;
            /** @enum {string} */
            outcome: "ok" | "denied";
            /** @description Who: the person or service account behind the key; system is the server itself. */
            principal: string;
            /** @description What the principal is called. */
            principal_name?: string;
            /** @description From where. */
            remote?: string;
            request_id?: string;
            /** @description What it was done to. */
            target?: string;
            tenant_id: string;
            /**
             * Format: int64
             * @description How often; equal denials are counted in one entry.
             */
            times: number;
        };
        AuditRecordList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["AuditRecord"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        BadCell: {
            /** @description payload stands for the sealed fields beside the row. */
            column: string;
            /** @description What the entry commits to, or what follows from it. */
            proven: string;
            stored: string;
        };
        BadRow: {
            columns: components["schemas"]["BadCell"][];
            /** Format: int64 */
            index: number;
        };
        BaselineChange: {
            golden?: components["schemas"]["GoldenView"];
            /** @description Absent: as it is. */
            name?: string;
            note?: string;
            snapshot?: string;
            template?: string;
            /**
             * Format: int64
             * @description That was seen: another is refused with 409.
             */
            version?: number;
        };
        BaselineDetail: {
            /** @description Runs are compared with it. */
            active: boolean;
            by?: string;
            /** Format: date-time */
            created_at: string;
            /** @description Of making or switching it: what that did to what waits. */
            effect?: components["schemas"]["BaselineEffect"];
            /**
             * Format: int64
             * @description Entry of the tenant's log that records this version.
             */
            entry?: number;
            golden?: components["schemas"]["GoldenView"];
            /** @description It stays over the versions. */
            id: string;
            /** @enum {string} */
            kind: "last_run" | "snapshot" | "golden" | "template";
            name: string;
            /** @description Why this version was made. */
            note?: string;
            snapshot?: string;
            source: string;
            /** @description The document as its author wrote it; in one baseline, not in lists. */
            template?: string;
            tenant_id: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: int64 */
            version: number;
            /** @description The newest first. */
            versions: components["schemas"]["BaselineView"][];
        };
        BaselineEffect: {
            /**
             * @description The source's automatic baseline was switched so.
             * @enum {string}
             */
            last_run?: "on" | "off";
            /**
             * Format: int64
             * @description Findings of the automatic baseline that waited and do no longer, as it is off.
             */
            set_aside: number;
            /**
             * Format: int64
             * @description Findings of this baseline that wait now.
             */
            waiting: number;
        };
        BaselineSwitch: {
            /** @description Of activate: go on comparing with the run before too. */
            keep_last_run?: boolean;
            note?: string;
        };
        BaselineView: {
            /** @description Runs are compared with it. */
            active: boolean;
            by?: string;
            /** Format: date-time */
            created_at: string;
            /** @description Of making or switching it: what that did to what waits. */
            effect?: components["schemas"]["BaselineEffect"];
            /**
             * Format: int64
             * @description Entry of the tenant's log that records this version.
             */
            entry?: number;
            golden?: components["schemas"]["GoldenView"];
            /** @description It stays over the versions. */
            id: string;
            /** @enum {string} */
            kind: "last_run" | "snapshot" | "golden" | "template";
            name: string;
            /** @description Why this version was made. */
            note?: string;
            snapshot?: string;
            source: string;
            /** @description The document as its author wrote it; in one baseline, not in lists. */
            template?: string;
            tenant_id: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: int64 */
            version: number;
        };
        BaselineViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["BaselineView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        BlastRadius: {
            /** @description The nearest, up to the limit. */
            affected: components["schemas"]["GraphAffected"][];
            /** @description Objects at distance 1, 2, ... */
            by_depth: number[];
            by_type: {
                [key: string]: number;
            };
            object: components["schemas"]["GraphObject"];
            source: string;
            /**
             * Format: int64
             * @description Objects, without the object itself.
             */
            total: number;
        };
        BrokenPage: {
            items: components["schemas"]["BrokenReference"][];
            next_cursor?: string;
            /** Format: int64 */
            total: number;
            /** @description References of which nobody can tell whether they are broken, and why. */
            unknown: components["schemas"]["UnprovenReferences"][];
        };
        BrokenReference: {
            from: components["schemas"]["GraphObject"];
            relation: string;
            source: string;
            /** @description It is not there: its type was read to the end without it. */
            to: components["schemas"]["GraphObject"];
        };
        Certificate: {
            /**
             * Format: int64
             * @description Decisions on the subject whose payload was erased or pruned before.
             */
            already_gone: number;
            /** Format: date-time */
            at?: string;
            /** @description What older backups still open, and what to do about it. */
            backups: string;
            /** @description false: it was interrupted; the same request again does the rest. */
            complete: boolean;
            /** @description Clear copies beside the log: removed, or kept and why. */
            copies: components["schemas"]["CopyView"][];
            dry_run?: boolean;
            /** @description Log ID and index of the erasure's first artifact; absent in a dry run. */
            id?: string;
            /** @description First and last log index of each run of destroyed payloads. */
            indexes: number[][];
            /** @description Payload keys that wrapped the destroyed content keys. */
            key_versions: components["schemas"]["KeyVersionView"][];
            log: string;
            /** @description The master key that wrapped those. */
            master_key?: string;
            /** @description Further artifacts of a long erasure. */
            parts?: components["schemas"]["ErasurePart"][];
            /**
             * Format: int64
             * @description How many payloads were destroyed, or would be.
             */
            payloads: number;
            reason: string;
            /** @description Proves the artifact, with openings of what it says. */
            receipt?: components["schemas"]["Receipt"];
            requested_by?: string;
            /** @description HMAC under the tenant's index key, hex; the value itself stands nowhere. */
            subject: string;
            subject_kind: string;
            warning?: string;
        };
        ChainVerdict: {
            /** @description The first row that is not what its entry proves. */
            bad_row?: components["schemas"]["BadRow"];
            /**
             * Format: int64
             * @description The first index at which something is wrong.
             */
            first_bad?: number;
            log: string;
            /** @description What is wrong there. */
            problem?: string;
            /** @description The root computed from the entries, hex. */
            recomputed_root: string;
            /** @description The stored root, hex. */
            root: string;
            /**
             * Format: int64
             * @description Decision rows whose clear columns were held against their entries.
             */
            rows_checked: number;
            /**
             * Format: int64
             * @description Send it as rows_from to check the rows behind; absent at the end of the log.
             */
            rows_next?: number;
            /** Format: int64 */
            size: number;
            valid: boolean;
        };
        ChangeView: {
            field: string;
            from: string;
            to: string;
        };
        CheckResult: {
            /** @description Told only: the server stays ready when this is not ok. */
            advisory?: boolean;
            latency_ms: number;
            name: string;
            ok: boolean;
            /** @description Why it is not ok. */
            reason?: string;
        };
        CheckedView: {
            /** Format: date-time */
            at: string;
            /** @description Principal ID. */
            by: string;
            /** Format: int64 */
            first_bad?: number;
            problem?: string;
            /**
             * Format: int64
             * @description Up to this index the decisions' rows were compared too.
             */
            rows_to: number;
            /**
             * Format: int64
             * @description Entries of the log then.
             */
            size: number;
            valid: boolean;
        };
        CompareRequest: {
            from: components["schemas"]["CompareSide"];
            to: components["schemas"]["CompareSide"];
            types?: string[];
        };
        CompareSide: {
            /** @description Default: of the source's last run. */
            snapshot?: string;
            /** @description kind/name; not needed with a snapshot. */
            source?: string;
            /** @description Default the key's. */
            tenant_id?: string;
        };
        Compared: {
            /**
             * Format: int64
             * @description Objects; those below too.
             */
            added: number;
            /** @description Names that several objects have, so that none was matched. */
            ambiguous: components["schemas"]["AmbiguousView"][];
            /** Format: int64 */
            changed: number;
            /**
             * Format: int64
             * @description Identities that several objects claim.
             */
            duplicates: number;
            /** @description With the snapshot that was compared. */
            from: components["schemas"]["CompareSide"];
            /** @description The first 10,000; counts are of all. */
            items: components["schemas"]["ComparedChange"][];
            /**
             * Format: int64
             * @description Of changed: nothing but a name or a description differs.
             */
            metadata: number;
            /** @description There are more than are listed. */
            more: boolean;
            /**
             * Format: int64
             * @description Could not be read as objects.
             */
            quarantined: number;
            /** Format: int64 */
            removed: number;
            /**
             * Format: int64
             * @description Values that are hashed under different keys: nobody can say whether they differ.
             */
            secrets_not_compared: number;
            to: components["schemas"]["CompareSide"];
            /** Format: int64 */
            unchanged: number;
            /**
             * Format: int64
             * @description Their presence or absence can't be told: never a removal.
             */
            unknown: number;
            unknown_items: components["schemas"]["ComparedUnknown"][];
        };
        ComparedChange: {
            /** @description The change in a few words. */
            change?: string;
            from?: string;
            /** @description The whole value; absent: there is none, or the answer has no room for more of them. */
            from_value?: unknown;
            id_in_from?: string;
            id_in_to?: string;
            keyed_path?: string;
            /**
             * @description added: only in to. removed: only in from.
             * @enum {string}
             */
            kind: "added" | "removed" | "changed" | "metadata";
            label: string;
            name?: string;
            ops: components["schemas"]["OpView"][];
            path?: string;
            severity: string;
            to?: string;
            to_value?: unknown;
            type: string;
        };
        ComparedUnknown: {
            /** @description Absent: the whole type. */
            object_id?: string;
            reason: string;
            type: string;
        };
        ComparisonView: {
            /**
             * Format: int64
             * @description Values that were accepted before.
             */
            accepted: number;
            /**
             * Format: int64
             * @description Objects; those below too.
             */
            added: number;
            /** Format: date-time */
            at: string;
            baseline: string;
            baseline_name?: string;
            /** Format: int64 */
            baseline_version: number;
            /** @description The run it was compared with; absent: none, or a baseline that is no run. */
            before?: string;
            /** Format: int64 */
            changed: number;
            done: boolean;
            /**
             * Format: int64
             * @description Identities that several objects claim.
             */
            duplicates: number;
            /**
             * Format: int64
             * @description Entry of the tenant's log that records it.
             */
            entry?: number;
            /** @description Why it could not be made. */
            error?: string;
            /** @description SHA-256 over the sorted IDs of all differences, one a line. */
            findings_sha256?: string;
            id: string;
            /** @description Of the baseline. */
            kind?: string;
            /**
             * Format: int64
             * @description Of changed: nothing but a name or a description differs.
             */
            metadata: number;
            /**
             * Format: int64
             * @description Findings; those below too.
             */
            new: number;
            /**
             * Format: int64
             * @description Could not be read as objects.
             */
            quarantined: number;
            /** Format: int64 */
            removed: number;
            /** Format: int64 */
            reopened: number;
            /** Format: int64 */
            resolved: number;
            run: string;
            /**
             * Format: int64
             * @description Of the severity rules; 0: the built-in ones.
             */
            severity_version: number;
            source: string;
            /** Format: int64 */
            unchanged: number;
            /**
             * Format: int64
             * @description Their presence or absence can't be told: never a removal.
             */
            unknown: number;
            /** @description Why objects' presence or absence can't be told. */
            unknowns: components["schemas"]["UnknownCountView"][];
        };
        ComparisonViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["ComparisonView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        ContractStatus: {
            /** @description SHA-256 of the contract that was committed with the source. */
            committed_hash: string;
            /** @description Whether the two are the same. */
            equal: boolean;
            /** @description SHA-256 of the contract that this server serves (openapi.yaml). */
            hash: string;
            /** @description Version of the HTTP contract. */
            version: string;
        };
        CopyView: {
            /** @description Why they were kept; absent: the value was removed. */
            kept?: string;
            /** Format: int64 */
            rows: number;
            what: string;
        };
        CorrelationView: {
            /** @description Of which values are counted or summed, where the type does that. */
            field?: string;
            group_by: string[];
            /** @description What the number must be, for example gte 10; empty: every rule of the list. */
            needs: string[];
            /** @description It serves other correlations only and never fires itself. */
            quiet: boolean;
            /** @description What they are called, in their order; empty for what is not known. */
            rule_titles: string[];
            /** @description Rules and correlations by their IDs. */
            rules: string[];
            timespan: string;
            /** @description event_count, value_count, temporal, ... */
            type: string;
        };
        CounterfactualView: {
            change: string;
            /** @enum {string} */
            new_gating: "allow" | "require_approval" | "reject";
            /** @enum {string} */
            new_threat_level: "none" | "low" | "medium" | "high" | "critical";
        };
        CoverageView: {
            /** Format: date-time */
            at?: string;
            /** Format: int64 */
            duplicates: number;
            error?: string;
            /** @description The type in plain words. */
            label: string;
            /** @description Version; types compare only under equal ones. */
            normaliser: string;
            /** Format: int64 */
            objects: number;
            /** @description Folders in which its objects lay. */
            places?: string[];
            /** Format: int64 */
            quarantined: number;
            run: string;
            source: string;
            /** @enum {string} */
            status: "complete" | "partial" | "failed" | "skipped";
            type: string;
        };
        CreatedKey: {
            /** Format: date-time */
            created_at: string;
            env: string;
            /**
             * Format: date-time
             * @description Absent: it does not expire.
             */
            expires_at?: string;
            id: string;
            /** @description The key to send. Shown once; it can't be read again. */
            key: string;
            /**
             * Format: date-time
             * @description To about a minute.
             */
            last_used_at?: string;
            limits: components["schemas"]["KeyLimits"];
            name: string;
            principal_id: string;
            /** @description The key that this one was rotated from. */
            replaces?: string;
            /** Format: date-time */
            revoked_at?: string;
            scopes: string[];
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
            tenant_id: string;
        };
        CreatedModule: {
            /**
             * Format: int64
             * @description The greatest counter recorded; the next attestation's must be greater.
             */
            counter: number;
            /** Format: date-time */
            created_at: string;
            created_by: string;
            id: string;
            /** @description The oldest first. */
            keys: components["schemas"]["ModuleKey"][];
            kind: string;
            /**
             * Format: int64
             * @description Log index of its latest attestation.
             */
            last_attestation?: number;
            /**
             * Format: date-time
             * @description When its latest attestation was recorded; absent: never.
             */
            last_attested_at?: string;
            /**
             * Format: int64
             * @description Log index of its latest change; each change names the one before as prev.
             */
            last_index: number;
            name: string;
            revoke_reason?: string;
            /** Format: date-time */
            revoked_at?: string;
            revoked_by?: string;
            /**
             * @description enrolling: it has no key that is good now.
             * @enum {string}
             */
            status: "enrolling" | "active" | "revoked";
            /** @description One-time enrolment token. Shown once; it can't be read again. */
            token: string;
            /** Format: date-time */
            token_expires_at: string;
            /** @description Attestation types that it may submit. */
            types: string[];
        };
        CreatedWebhook: {
            /**
             * Format: int64
             * @description Failed attempts of that decision.
             */
            attempt: number;
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /** Format: int64 */
            delivered: number;
            filter: components["schemas"]["WebhookFilter"];
            /** Format: int64 */
            given_up: number;
            id: string;
            last_error?: string;
            /**
             * Format: int64
             * @description HTTP status of the last attempt; absent: no answer.
             */
            last_status?: number;
            /**
             * Format: date-time
             * @description When it is tried again.
             */
            next_at?: string;
            /**
             * Format: int64
             * @description Log index of the decision it looks at next.
             */
            next_index: number;
            /** @description Signs the messages (Standard Webhooks). Shown once. */
            secret: string;
            /**
             * @description disabled: the endpoint answered 410 Gone.
             * @enum {string}
             */
            status: "active" | "failing" | "disabled" | "deleted";
            url: string;
        };
        DecisionAbout: {
            decision_id: string;
            /** @description What is or would be done, and to whom. */
            mitigations: components["schemas"]["WaitingAction"][];
            /** @description Whom the event names. */
            subjects: components["schemas"]["AboutSubject"][];
        };
        DecisionAnswer: {
            /** @enum {string} */
            action_taken: "log_only" | "blocked" | "rate_limited" | "quarantined" | "pending_approval";
            /** @description 0 to 1. */
            anomaly_score: number;
            /** @description When a human must decide. */
            approval?: components["schemas"]["ApprovalRef"];
            /** Format: int64 */
            clock_drift_ms: number;
            /** @description Log and index: LOG-INDEX. */
            decision_id: string;
            diff: components["schemas"]["DiffView"];
            /** @description SHA-256 that identifies the event. */
            event_id: string;
            explain: components["schemas"]["ExplainView"];
            explanation_brief: string;
            /**
             * @description The strictest gating of the mitigations.
             * @enum {string}
             */
            gating: "allow" | "require_approval" | "reject";
            mitigations: components["schemas"]["MitigationView"][];
            /** @description Whether the event's own action is admitted. */
            policy: components["schemas"]["PolicyView"];
            receipt: components["schemas"]["AnswerReceipt"];
            /** Format: date-time */
            received_at: string;
            /** @description The decision was there already. */
            replayed: boolean;
            ruleset: components["schemas"]["RulesetRef"];
            /**
             * Format: int64
             * @description Points of the matched rules.
             */
            score: number;
            tenant_id: string;
            /** @enum {string} */
            threat_level: "none" | "low" | "medium" | "high" | "critical";
        };
        DecisionRow: {
            action_taken: string;
            anomaly_score: number;
            changed: boolean;
            classification: string;
            decision_id: string;
            /** Format: date-time */
            event_time: string;
            event_type: string;
            /** @enum {string} */
            gating: "allow" | "require_approval" | "reject";
            /** Format: int64 */
            index: number;
            key_id: string;
            mission_id?: string;
            persona: string;
            policy_allow: boolean;
            /** Format: date-time */
            received_at: string;
            /** @description What the rules are called in the ruleset in force, in their order; empty for what is no detection or not known any more. */
            rule_titles?: string[];
            rules: string[];
            /** Format: int64 */
            score: number;
            source: string;
            /** @enum {string} */
            threat_level: "none" | "low" | "medium" | "high" | "critical";
        };
        DecisionRowList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["DecisionRow"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        DecisionView: {
            decision: components["schemas"]["DecisionAnswer"];
            event: components["schemas"]["EventView"];
        };
        DefendRequest: {
            /**
             * @description The key must allow it; default: the tenant's.
             * @enum {string}
             */
            classification?: "UNCLASS" | "CUI" | "SECRET" | "TOPSECRET";
            /** @description Another name for payload; the first that isn't empty counts. */
            event?: {
                [key: string]: unknown;
            };
            event_type?: string;
            mission_id?: string;
            /** @description What was observed. */
            payload?: {
                [key: string]: unknown;
            };
            /**
             * @description The key must allow it; default: the tenant's.
             * @enum {string}
             */
            persona?: "guardian" | "sentinel";
            /** @description Where the event comes from, for example sshd. */
            source?: string;
            /** @description The source's own record number; keeps identical events apart. */
            source_event_id?: string;
            /** @description Must be the key's tenant when given. */
            tenant_id?: string;
            /**
             * Format: date-time
             * @description When it happened; without one each request is a new event.
             */
            timestamp?: string;
        };
        DetailedHealth: {
            checks: components["schemas"]["CheckResult"][];
            contract_hash: string;
            go: string;
            modules: components["schemas"]["Module"][];
            /** @enum {string} */
            status: "ready" | "not_ready" | "draining";
            uptime_s: number;
            version: string;
        };
        DetectionsRef: {
            /** @description SHA-256 of the document's exact bytes. */
            hash: string;
            /** @enum {string} */
            kind: "detections" | "tuning";
            name: string;
            version: string;
        };
        DetectionsSet: {
            /** @description The tenant has no ruleset of its own: it moves with the platform's. */
            follows_platform: boolean;
            hash: string;
            name: string;
            /** Format: date-time */
            updated_at: string;
            updated_by?: string;
            version: string;
        };
        DetectionsView: {
            /** @description The exact bytes. Rules: an archive of files, each behind a line like -- NAME.yml --; tuning: YAML. */
            content: string;
            /** Format: date-time */
            created_at: string;
            created_by?: string;
            /** @description SHA-256 of the document's exact bytes. */
            hash: string;
            /** @enum {string} */
            kind: "detections" | "tuning";
            name: string;
            /** @description Belongs to the platform; every tenant reads it. */
            platform: boolean;
            version: string;
        };
        DiffView: {
            changes: components["schemas"]["ChangeView"][];
            /** @description The decision before of the same source and event type; null: there was none. */
            previous_decision_id: string | null;
        };
        Document: {
            actions: {
                [key: string]: components["schemas"]["Action"];
            };
            gates: components["schemas"]["Gates"];
            personas: {
                [key: string]: components["schemas"]["Persona"];
            };
            rings: components["schemas"]["Ring"][];
            rules: components["schemas"]["Rule"][];
            version: string;
        };
        DocumentInfo: {
            /** Format: date-time */
            created_at: string;
            created_by?: string;
            /** @description SHA-256 of the document's exact bytes. */
            hash: string;
            /** @enum {string} */
            kind: "scenarios" | "policy" | "doctrine" | "ruleset" | "mission";
            name: string;
            /** @description Belongs to the platform; every tenant reads it. */
            platform: boolean;
            version: string;
        };
        DocumentInfoList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["DocumentInfo"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        DocumentRef: {
            /** @description SHA-256 of the document's exact bytes. */
            hash: string;
            /** @enum {string} */
            kind: "scenarios" | "policy" | "doctrine" | "ruleset" | "mission";
            name: string;
            version: string;
        };
        DocumentView: {
            /** @description The exact bytes. */
            content: string;
            /** Format: date-time */
            created_at: string;
            created_by?: string;
            /** @description SHA-256 of the document's exact bytes. */
            hash: string;
            /** @enum {string} */
            kind: "scenarios" | "policy" | "doctrine" | "ruleset" | "mission";
            name: string;
            /** @description Belongs to the platform; every tenant reads it. */
            platform: boolean;
            version: string;
        };
        DriftPosture: {
            /**
             * Format: int64
             * @description Of those that wait: critical and high.
             */
            grave: number;
            /** Format: int64 */
            open: number;
            /** Format: int64 */
            reopened: number;
            /** Format: int64 */
            waiting: number;
        };
        DriftSourceReport: {
            /** Format: date-time */
            at: string;
            /** @description Drift has looked at the run; the counts mean nothing before. */
            compared: boolean;
            /** Format: int64 */
            duplicates: number;
            /** @description Types that were not read to their end: drift in them would not all show. */
            incomplete: components["schemas"]["CoverageView"][];
            /** Format: int64 */
            new: number;
            /** Format: int64 */
            quarantined: number;
            /** Format: int64 */
            reopened: number;
            /** Format: int64 */
            resolved: number;
            /** @description The last closed one. */
            run: string;
            source: string;
            /** Format: int64 */
            unknown: number;
            unknowns: components["schemas"]["UnknownCountView"][];
        };
        DriftSummaryView: {
            /** @description Of those that wait. */
            by_severity: {
                [key: string]: number;
            };
            by_state: {
                [key: string]: number;
            };
            /** @description The most waiting first. */
            by_tenant: components["schemas"]["DriftTenantReport"][];
            /** @description The most waiting first. */
            by_type: components["schemas"]["DriftTypeTally"][];
            /**
             * Format: int64
             * @description All that are not resolved.
             */
            open: number;
            /**
             * Format: int64
             * @description New and reopened findings.
             */
            waiting: number;
        };
        DriftTenantReport: {
            /** @description Of those that wait. */
            by_severity: {
                [key: string]: number;
            };
            name: string;
            /** Format: int64 */
            open: number;
            /** Format: int64 */
            reopened: number;
            sources: components["schemas"]["DriftSourceReport"][];
            tenant_id: string;
            /** Format: int64 */
            waiting: number;
            /** @description Severity of the gravest that waits. */
            worst?: string;
        };
        DriftTypeTally: {
            label: string;
            /** Format: int64 */
            open: number;
            type: string;
            /** Format: int64 */
            waiting: number;
            /** @description Severity of the gravest that waits. */
            worst?: string;
        };
        DsseEnvelope: {
            /** @description Base64 of an in-toto Statement v1 whose predicateType is frostgate.io/attestation/v1 behind https; its predicate has the members module, counter, time, type and data. */
            payload: string;
            /** @enum {string} */
            payloadType: "application/vnd.in-toto+json";
            signatures: components["schemas"]["DsseSignature"][];
        };
        DsseSignature: {
            /** @description ID of the key. */
            keyid?: string;
            /** @description Base64 of the Ed25519 signature over DSSE's pre-authentication encoding. */
            sig: string;
        };
        DuplicateView: {
            /** @description Of the claimants. */
            hashes: string[];
            id: string;
            places?: string[];
            type: string;
        };
        Enforcement: {
            action: string;
            active: boolean;
            /** Format: date-time */
            created_at: string;
            /** @description The decision that set it in force. */
            decision_id: string;
            /** Format: date-time */
            expires_at: string;
            id: string;
            revoke_reason?: string;
            /** Format: date-time */
            revoked_at?: string;
            revoked_by?: string;
            /** @description The rule that proposed it. */
            rule: string;
            /** @description What the rule is called, when it is known still. */
            rule_title?: string;
            target: string;
            target_kind: string;
        };
        EnforcementList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["Enforcement"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        Engaged: {
            /** @enum {string} */
            gating: "allow" | "require_approval" | "reject";
            mitigations: components["schemas"]["MitigationView"][];
            ruleset_hash: string;
            steps: components["schemas"]["StepView"][];
            tie_d: components["schemas"]["TieDView"];
        };
        Engagement: {
            /**
             * @description Default: UNCLASS.
             * @enum {string}
             */
            classification?: "UNCLASS" | "CUI" | "SECRET" | "TOPSECRET";
            mission_id?: string;
            mitigations: components["schemas"]["Proposal"][];
            /**
             * @description Default: sentinel.
             * @enum {string}
             */
            persona?: "guardian" | "sentinel";
        };
        Enrolment: {
            /** @description The module's public key as verifier key: MODULE+HASH+BASE64 (C2SP signed-note). */
            key: string;
            /** @description Base64 of the key's signature over the lines frostgate.io/module-enrolment/v1, tenant ID, module ID, the token's third part, the key, each with a line feed. */
            proof: string;
            token: string;
        };
        Envelope: {
            /** @description Actions of the doctrine; none allows none. */
            allowed_actions: string[];
            /** @description Greatest impact, 0 to 1, without approval; absent: no cap. */
            blast_radius_cap?: number;
            /**
             * Format: int64
             * @description Mitigations in all; absent: no cap.
             */
            budget_cap?: number;
            /**
             * @description Absent: any.
             * @enum {string}
             */
            classification?: "UNCLASS" | "CUI" | "SECRET" | "TOPSECRET";
            /**
             * Format: date-time
             * @description The first moment at which it is not valid any more.
             */
            expires_at: string;
            /** @description Absent: the server makes one. */
            mission_id?: string;
            /**
             * @description Absent: any.
             * @enum {string}
             */
            persona?: "guardian" | "sentinel";
            /** Format: date-time */
            starts_at: string;
            title: string;
        };
        EpochDetail: {
            /** @enum {string} */
            action?: "issue" | "retire" | "revoke";
            /** Format: date-time */
            at: string;
            /** @description The text that is hashed. */
            entry: string;
            /** Format: int64 */
            index: number;
            /**
             * @description epoch: a checkpoint of each tenant's log; key: what happened to a log key; genesis: the beginning.
             * @enum {string}
             */
            kind: "genesis" | "epoch" | "key";
            /**
             * @description witnessed: a quorum of witnesses cosigned it.
             * @enum {string}
             */
            level: "anchored" | "witnessed";
            /** @description What the epoch holds of the caller's log; absent: it had not grown. */
            own?: components["schemas"]["OwnInEpoch"];
            /** @description That the root log holds it (C2SP tlog-proof), with the checkpoint and its cosignatures. */
            proof: string;
            reason?: string;
            /** @description Of an epoch: root of that tree, hex. */
            root?: string;
            /**
             * Format: int64
             * @description Of an epoch: places of tenants' logs in its tree.
             */
            tenants?: number;
            /** @description Of genesis and key: the log key. */
            vkey?: string;
        };
        EpochView: {
            /** @enum {string} */
            action?: "issue" | "retire" | "revoke";
            /** Format: date-time */
            at: string;
            /** Format: int64 */
            index: number;
            /**
             * @description epoch: a checkpoint of each tenant's log; key: what happened to a log key; genesis: the beginning.
             * @enum {string}
             */
            kind: "genesis" | "epoch" | "key";
            /**
             * @description witnessed: a quorum of witnesses cosigned it.
             * @enum {string}
             */
            level: "anchored" | "witnessed";
            /** @description What the epoch holds of the caller's log; absent: it had not grown. */
            own?: components["schemas"]["OwnInEpoch"];
            reason?: string;
            /** @description Of an epoch: root of that tree, hex. */
            root?: string;
            /**
             * Format: int64
             * @description Of an epoch: places of tenants' logs in its tree.
             */
            tenants?: number;
            /** @description Of genesis and key: the log key. */
            vkey?: string;
        };
        EpochViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["EpochView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        ErasureItem: {
            /** Format: int64 */
            artifacts: number;
            /** Format: date-time */
            at: string;
            id: string;
        };
        ErasureItemList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["ErasureItem"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        ErasurePart: {
            /** Format: int64 */
            index: number;
            receipt: components["schemas"]["Receipt"];
        };
        EventView: {
            classification: string;
            event_id: string;
            event_type: string;
            /** @description Members of the request that have no meaning here. */
            extra?: unknown;
            mission_id?: string;
            /** @description As observed; numbers keep their digits. */
            payload?: unknown;
            persona: string;
            /** Format: date-time */
            received_at: string;
            source: string;
            source_event_id?: string;
            /** Format: date-time */
            time: string;
            /** @description As sent. */
            timestamp?: string;
        };
        ExplainView: {
            /** @description What the anomaly score rests on; absent in decisions from before it was learned. */
            anomaly?: components["schemas"]["AnomalyView"];
            anomaly_score: number;
            /** @description What would have changed the outcome. */
            counterfactuals: components["schemas"]["CounterfactualView"][];
            rules_triggered: string[];
            /** Format: int64 */
            score: number;
            state_facts: components["schemas"]["StateFact"][];
            steps?: components["schemas"]["StepView"][];
            summary: string;
            tie_d: components["schemas"]["TieDView"];
            trace?: components["schemas"]["TraceView"][];
        };
        FactsView: {
            /** Format: int64 */
            clock_drift_ms: number;
            /** @description Targets on an allow-list, with the entry. */
            never_block?: {
                [key: string]: string;
            };
            policy_outcome?: string;
            windows: components["schemas"]["StateFact"][];
        };
        FailedDelivery: {
            /** Format: int64 */
            attempts: number;
            /** Format: date-time */
            given_up_at: string;
            /**
             * Format: int64
             * @description Log index of the decision.
             */
            index: number;
            last_error?: string;
            /** Format: int64 */
            last_status?: number;
            message_id: string;
        };
        FailedDeliveryList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["FailedDelivery"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        FeedItem: {
            /** @enum {string} */
            action_taken: "log_only" | "blocked" | "rate_limited" | "quarantined" | "pending_approval";
            changed: boolean;
            classification: string;
            confidence: number;
            decision_id: string;
            /** Format: date-time */
            event_time: string;
            event_type: string;
            gating: string;
            /** Format: int64 */
            index: number;
            persona: string;
            policy_allow: boolean;
            rules: string[];
            /** Format: int64 */
            score: number;
            /** @enum {string} */
            severity: "info" | "low" | "medium" | "high" | "critical";
            source: string;
            summary: string;
            /**
             * Format: date-time
             * @description When the event was received.
             */
            timestamp: string;
            title: string;
        };
        FeedItemList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["FeedItem"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        FeedbackView: {
            /** Format: date-time */
            at: string;
            by: string;
            decision_id: string;
            /**
             * Format: int64
             * @description Entry of the tenant's log that records it.
             */
            entry: number;
            /** @description The anomaly model of the decision's ring afterwards. */
            model: string;
            /** @description The same was recorded before; nothing was added. */
            replayed: boolean;
            /** @description It made a new version of the anomaly model, recorded by an entry of its own. */
            retrained: boolean;
            /** @description Absent: the decision as a whole. */
            rule?: string;
            /** @description Rules that the verdict counts for. */
            rules: string[];
            verdict: string;
        };
        FieldDiff: {
            /** @description As in mitigations[0].gating. */
            path: string;
            /** @description Absent: the recorded outcome has no such field. */
            recorded?: unknown;
            /** @description Absent: the replayed outcome has no such field. */
            replayed?: unknown;
        };
        FilterView: {
            author: string;
            /**
             * Format: date-time
             * @description When the process started, which counts in memory.
             */
            counted_since?: string;
            /** @description It does nothing any more. */
            expired: boolean;
            /** Format: date-time */
            expires: string;
            id: string;
            /** @description The search as YAML. */
            not: string;
            reason: string;
            /** @description What they are called, in their order; empty for what the ruleset does not have any more. */
            rule_titles: string[];
            /** @description The Sigma IDs of the rules; empty: all but the critical ones. */
            rules: string[];
            /**
             * Format: int64
             * @description Hits that it took out, counted since counted_since.
             */
            suppressed: number;
            title: string;
        };
        FilterViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["FilterView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        FindingCount: {
            by_severity: {
                [key: string]: number;
            };
            by_state: {
                [key: string]: number;
            };
            /** @description Those that have some, the most first. */
            by_tenant: components["schemas"]["TenantFindingCount"][];
            /** Format: int64 */
            total: number;
        };
        FindingDetail: {
            acceptance?: components["schemas"]["AcceptanceView"];
            /** @description The run that found it. */
            after: components["schemas"]["RunRef"];
            assignee?: string;
            baseline: string;
            /**
             * @description from is an observation before only with last_run; else what is expected.
             * @enum {string}
             */
            baseline_kind?: "last_run" | "snapshot" | "golden" | "template";
            baseline_name?: string;
            /** @description The run that saw the expected value last. The change lies between it and after. */
            before?: components["schemas"]["RunRef"];
            /** @description Who decided last. */
            by?: string;
            /** @description The change in a few words; of sets what came and what went. */
            change?: string;
            /** Format: date-time */
            first_seen: string;
            /**
             * Format: int64
             * @description How often the value changed and came back.
             */
            flap: number;
            /** @description In short; absent: nothing. */
            from?: string;
            from_hash?: string;
            /** @description Absent: there was none. */
            from_value?: unknown;
            /** @description Equal changes have it in common, in all tenants. */
            group: string;
            /** @description The oldest first. */
            history: components["schemas"]["FindingStep"][];
            id: string;
            /** @description Stable path within the object: RFC 6901 with [key=value] for elements of sets. */
            keyed_path?: string;
            /**
             * @description metadata: only a name or a description differs.
             * @enum {string}
             */
            kind: "added" | "removed" | "changed" | "metadata";
            /** @description The type in plain words. */
            label: string;
            /** @description The run in which its state last changed by observation. */
            last: components["schemas"]["RunRef"];
            /** @description Where to read on: object, run, before_run, group. */
            links: {
                [key: string]: string;
            };
            /** @description The object's. */
            name?: string;
            /** @description What identifiers in the values are called, where they are objects of the same source. */
            names: {
                [key: string]: string;
            };
            /** @description Of the last step that had one. */
            note?: string;
            object_id: string;
            /** @description RFC 6902: applied to the object of before, the last first, they make that of after. */
            ops: components["schemas"]["OpView"][];
            /** @description In plain form; absent: the object as a whole. */
            path?: string;
            /** @description What proves what the run found. */
            proof?: components["schemas"]["FindingProof"];
            /** @description Why it was reopened (other_value, again, acceptance_expired, acceptance_revoked) or resolved (returned, superseded, object_gone, baseline). */
            reason?: string;
            /** @description The finding on the same value that this one follows. */
            reopens?: string;
            /** @description The run that found it. */
            run: string;
            /** @description Later runs that were held against the same baseline while it stood, the newest 30, the oldest first. */
            seen: components["schemas"]["FindingSeen"][];
            /** @enum {string} */
            severity: "informational" | "low" | "medium" | "high" | "critical";
            /**
             * Format: date-time
             * @description In its state.
             */
            since: string;
            source: string;
            /** @enum {string} */
            state: "new" | "reopened" | "acknowledged" | "accepted" | "denied" | "resolved";
            tenant_id: string;
            /** @description In short; absent: nothing. */
            to?: string;
            /** @description An acceptance is bound to it. */
            to_hash?: string;
            /** @description Absent: there is none. */
            to_value?: unknown;
            type: string;
            /**
             * Format: date-time
             * @description Of an acceptance.
             */
            until?: string;
            /** @description Later runs could not tell whether it still holds. */
            unverified: boolean;
            /** Format: date-time */
            updated_at: string;
            /**
             * Format: int64
             * @description Moves with each step; a triage may name the one it saw.
             */
            version: number;
        };
        FindingProof: {
            /**
             * Format: int64
             * @description Entry that records the comparison with the baseline.
             */
            entry?: number;
            /** @description SHA-256 over the sorted IDs of all differences, one a line; the comparison's entry holds it. */
            findings_sha256?: string;
            /** @description ID of the tenant's log, which holds the entries. */
            log?: string;
            /**
             * Format: int64
             * @description Entry of the tenant's log that records the run.
             */
            run_entry?: number;
            /** @description Root hash of what the run saw. */
            snapshot?: string;
        };
        FindingRun: {
            /** @description The run that saw the expected values last; of several the one of most findings. */
            before?: components["schemas"]["RunRef"];
            /** @description What it found of types that the list has nothing of, the most first; of the newest run only. */
            elsewhere: components["schemas"]["TypeCount"][];
            /**
             * Format: int64
             * @description How many of the list it found.
             */
            findings: number;
            run: components["schemas"]["RunRef"];
            source: string;
            tenant_id: string;
            tenant_name: string;
            /** @description What it could not tell of the types that were asked for, or of any; of the newest run only. */
            unknowns: components["schemas"]["UnknownCountView"][];
        };
        FindingRuns: {
            /** @description The newest five, the newest first. */
            items: components["schemas"]["FindingRun"][];
            /**
             * Format: int64
             * @description How many runs.
             */
            total: number;
        };
        FindingSeen: {
            /**
             * Format: date-time
             * @description When it was closed.
             */
            at?: string;
            run: string;
            /** @description The run read the type to its end, so it saw that the finding still stands; false: nobody can tell. */
            told: boolean;
            /** @description Why nobody can tell: partial, failed, skipped, quarantine, duplicate and so on. */
            why?: string;
        };
        FindingStep: {
            action: string;
            approver?: string;
            assignee?: string;
            /** Format: date-time */
            at: string;
            /** @description Absent: the server. */
            by?: string;
            /**
             * Format: int64
             * @description Entry of the tenant's log that records it.
             */
            entry?: number;
            note?: string;
            reason?: string;
            run?: string;
            /** @description After it. */
            state: string;
            /** Format: date-time */
            until?: string;
        };
        FindingView: {
            assignee?: string;
            baseline: string;
            /**
             * @description from is an observation before only with last_run; else what is expected.
             * @enum {string}
             */
            baseline_kind?: "last_run" | "snapshot" | "golden" | "template";
            baseline_name?: string;
            /** @description The change in a few words; of sets what came and what went. */
            change?: string;
            /** Format: date-time */
            first_seen: string;
            /**
             * Format: int64
             * @description How often the value changed and came back.
             */
            flap: number;
            /** @description In short; absent: nothing. */
            from?: string;
            /** @description Equal changes have it in common, in all tenants. */
            group: string;
            id: string;
            /**
             * @description metadata: only a name or a description differs.
             * @enum {string}
             */
            kind: "added" | "removed" | "changed" | "metadata";
            /** @description The type in plain words. */
            label: string;
            /** @description The object's. */
            name?: string;
            object_id: string;
            /** @description In plain form; absent: the object as a whole. */
            path?: string;
            /** @description Why it was reopened (other_value, again, acceptance_expired, acceptance_revoked) or resolved (returned, superseded, object_gone, baseline). */
            reason?: string;
            /** @description The run that found it. */
            run: string;
            /** @enum {string} */
            severity: "informational" | "low" | "medium" | "high" | "critical";
            /**
             * Format: date-time
             * @description In its state.
             */
            since: string;
            source: string;
            /** @enum {string} */
            state: "new" | "reopened" | "acknowledged" | "accepted" | "denied" | "resolved";
            tenant_id: string;
            /** @description In short; absent: nothing. */
            to?: string;
            type: string;
            /**
             * Format: date-time
             * @description Of an acceptance.
             */
            until?: string;
            /** @description Later runs could not tell whether it still holds. */
            unverified: boolean;
            /** Format: date-time */
            updated_at: string;
            /**
             * Format: int64
             * @description Moves with each step; a triage may name the one it saw.
             */
            version: number;
        };
        FindingViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["FindingView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        Gates: {
            /** Format: int64 */
            allow_below: number;
            /** Format: int64 */
            approval_below: number;
        };
        GoldenView: {
            /** @description kind/name. */
            source: string;
            tenant_id: string;
            /** @description In answers: what people call the tenant. In requests it counts for nothing. */
            tenant_name?: string;
        };
        GoneView: {
            /**
             * Format: int64
             * @description The entry that says so.
             */
            by: number;
            /** @enum {string} */
            why: "erased" | "pruned";
        };
        GraphAffected: {
            /** Format: int64 */
            distance: number;
            object: components["schemas"]["GraphObject"];
            /** @description From the object that changes. */
            path: components["schemas"]["GraphStep"][];
        };
        GraphLink: {
            /** @description It is there in every tenant, cluster or account. */
            known: boolean;
            /** @description The neighbour. */
            object: components["schemas"]["GraphObject"];
            relation: string;
        };
        GraphNeighbours: {
            /** @description What refers to it. */
            from: components["schemas"]["GraphLink"][];
            /** Format: int64 */
            from_count: number;
            object: components["schemas"]["GraphObject"];
            source: string;
            /** @description What it refers to. */
            to: components["schemas"]["GraphLink"][];
            /**
             * Format: int64
             * @description Of all, also of those beyond the limit.
             */
            to_count: number;
        };
        GraphObject: {
            id: string;
            /** @description The type in plain words. */
            label: string;
            name?: string;
            /** @description In lists over sources: where it was observed. */
            source?: string;
            /**
             * @description Absent: it was not observed.
             * @enum {string}
             */
            state?: "present" | "missing" | "unknown";
            type: string;
        };
        GraphStep: {
            /** @description The object refers to the one before; else that one to it. */
            backwards: boolean;
            object: components["schemas"]["GraphObject"];
            relation: string;
        };
        GroupDetail: {
            key: string;
            tenants: components["schemas"]["GroupTenantView"][];
        };
        GroupKept: {
            finding: string;
            state: string;
            tenant_id: string;
        };
        GroupObject: {
            finding: string;
            name?: string;
            object_id: string;
            state: string;
            /** @description Its state before. */
            was: string;
        };
        GroupTenantTriaged: {
            /** @description Not all was changed here: as in a problem. */
            code?: string;
            /** Format: int64 */
            count: number;
            /** @description Entries of that tenant's log that record it. */
            entries: number[];
            error?: string;
            /** @description What was decided about: the first 100. */
            objects: components["schemas"]["GroupObject"][];
            tenant_id: string;
        };
        GroupTenantView: {
            by_state: {
                [key: string]: number;
            };
            /** Format: int64 */
            findings: number;
            name: string;
            tenant_id: string;
        };
        GroupTriage: {
            /** @enum {string} */
            action: "acknowledge" | "accept" | "deny" | "reopen" | "assign" | "comment";
            /** @description Of accept: who allowed it. */
            approver?: string;
            /** @description Of assign: a principal's ID; empty for nobody. */
            assignee?: string;
            /** @description Findings that stay as they are, by their whole IDs. One that is none of the group refuses the whole call. */
            except?: string[];
            /** @description Tenants that stay as they are. One that has no finding of the group refuses the whole call. */
            except_tenants?: string[];
            /** @description The reason of accept and deny, where it is required, or a comment. */
            note?: string;
            /** @description Default: all in which the key's owner may triage. */
            tenants?: string[];
            /**
             * Format: date-time
             * @description Of accept, where it is required; at most 366 days from now.
             */
            until?: string;
        };
        GroupTriaged: {
            /**
             * Format: int64
             * @description Findings that were changed.
             */
            count: number;
            /** @description What the exceptions left as it is. */
            kept: components["schemas"]["GroupKept"][];
            /**
             * Format: int64
             * @description Findings whose state does not allow the action.
             */
            skipped: number;
            tenants: components["schemas"]["GroupTenantTriaged"][];
        };
        GroupView: {
            by_state: {
                [key: string]: number;
            };
            /** @description The change in a few words. */
            change?: string;
            /** Format: int64 */
            findings: number;
            /** Format: date-time */
            first_seen: string;
            from?: string;
            key: string;
            /** @enum {string} */
            kind: "added" | "removed" | "changed" | "metadata";
            label: string;
            /** Format: date-time */
            last_seen: string;
            /** @description Of one of them, in plain form. */
            path?: string;
            /** @description One of its findings. */
            sample: components["schemas"]["FindingView"];
            /**
             * @description Of the finding that stands first.
             * @enum {string}
             */
            severity: "informational" | "low" | "medium" | "high" | "critical";
            /** Format: int64 */
            tenants: number;
            to?: string;
            type: string;
            /** Format: int64 */
            waiting: number;
        };
        GroupViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["GroupView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        Held: {
            action: string;
            /**
             * Format: int64
             * @description How many are in force: each decision sets one.
             */
            enforcements: number;
            /** @description Of the newest decision. */
            last: components["schemas"]["Enforcement"];
            /**
             * Format: date-time
             * @description When the first of them was set.
             */
            since: string;
            target: string;
            target_kind: string;
            /**
             * Format: date-time
             * @description When the last of them expires.
             */
            until: string;
        };
        HeldCount: {
            action: string;
            /** Format: int64 */
            enforcements: number;
            /** Format: int64 */
            targets: number;
        };
        HeldList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["Held"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        HeldTotals: {
            actions: components["schemas"]["HeldCount"][];
            /** Format: int64 */
            enforcements: number;
            /**
             * Format: date-time
             * @description When the first of them expires.
             */
            first_ends?: string;
            /**
             * Format: int64
             * @description Actions against different targets.
             */
            targets: number;
        };
        HitBucket: {
            /** @description Of the decisions. */
            by_severity: {
                [key: string]: number;
            };
            /** Format: date-time */
            start: string;
            /** Format: int64 */
            total: number;
        };
        Identity: {
            key_id: string;
            /** @enum {string} */
            kind: "person" | "service";
            /** @description Missions the key may name; empty: all of the tenant. */
            missions: string[];
            name: string;
            org_id: string;
            org_name: string;
            /** @description Personas the key may name; empty: the tenant's default only. */
            personas: string[];
            principal_id: string;
            /** @description Rings the key may name; empty: the tenant's default only. */
            rings: string[];
            scopes: string[];
            tenant_id: string;
            tenant_name: string;
        };
        InventorySnapshot: {
            /** Format: date-time */
            at?: string;
            imported: boolean;
            /** Format: int64 */
            objects: number;
            /** @description SHA-256 of its root document. */
            root: string;
            /** @description The first run that saw it. */
            run?: string;
            source: string;
            tenant_id: string;
        };
        InventorySnapshotList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["InventorySnapshot"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        Isolation: {
            /** Format: date-time */
            checked_at: string;
            cross_ring_access: components["schemas"]["RingCheck"];
            ok: boolean;
            pairs: components["schemas"]["RingPair"][];
        };
        ItemDetail: {
            /** Format: date-time */
            changed_at?: string;
            changed_in: string;
            /** @description Runs that saw it change, the newest first, with what it was before; at most 500. */
            changes: components["schemas"]["ItemPast"][];
            /** @description As it was last seen, normalised; secrets are keyed hashes. */
            content?: unknown;
            /**
             * Format: date-time
             * @description When that run was closed, as the next two.
             */
            first_at?: string;
            /** @description A run, as changed_in and last_seen. */
            first_seen: string;
            /** @description Of the content last seen. */
            hash: string;
            id: string;
            /** @description The type in plain words. */
            label: string;
            last_seen: string;
            name?: string;
            /** @description What identifiers in the content are called, where they are objects of the same source or built-in directory roles. */
            names: {
                [key: string]: string;
            };
            /** Format: date-time */
            seen_at: string;
            source: string;
            /**
             * @description missing: gone, and coverage proves it. unknown: not seen in the last run, which does not prove that it is gone.
             * @enum {string}
             */
            state: "present" | "missing" | "unknown";
            template?: string;
            tenant_id: string;
            type: string;
        };
        ItemPast: {
            /** Format: date-time */
            at?: string;
            /** @description Before. */
            hash?: string;
            run: string;
            /** @description Before. */
            state: string;
        };
        ItemView: {
            /** Format: date-time */
            changed_at?: string;
            changed_in: string;
            /**
             * Format: date-time
             * @description When that run was closed, as the next two.
             */
            first_at?: string;
            /** @description A run, as changed_in and last_seen. */
            first_seen: string;
            /** @description Of the content last seen. */
            hash: string;
            id: string;
            /** @description The type in plain words. */
            label: string;
            last_seen: string;
            name?: string;
            /** Format: date-time */
            seen_at: string;
            source: string;
            /**
             * @description missing: gone, and coverage proves it. unknown: not seen in the last run, which does not prove that it is gone.
             * @enum {string}
             */
            state: "present" | "missing" | "unknown";
            template?: string;
            type: string;
        };
        ItemViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["ItemView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        Keep: {
            action: string;
            /** Format: int64 */
            max: number;
        };
        KeyLimits: {
            /** @description Empty: all of the tenant. */
            missions?: string[];
            /** @description Empty: the tenant's default only. */
            personas?: ("guardian" | "sentinel")[];
            /** @description Empty: the tenant's default only. */
            rings?: ("UNCLASS" | "CUI" | "SECRET" | "TOPSECRET")[];
        };
        KeyRevocation: {
            reason?: string;
        };
        KeyVersionView: {
            /** @description Empty: what belongs to no ring. */
            ring: string;
            /** Format: int64 */
            version: number;
        };
        LeakAnswer: {
            revoked: boolean;
        };
        LeakReport: {
            /** @description The whole key that leaked. */
            key: string;
        };
        LevelResponse: {
            action: string;
            level: string;
            /** @description Field of the event. */
            target: string;
            /** @description How long, one for each time it happens; empty: the doctrine's default. */
            ttl: string[];
        };
        Live: {
            /** @enum {string} */
            status: "live";
        };
        LogEntry: {
            /**
             * Format: date-time
             * @description When it was recorded; absent when the entry can't be read.
             */
            at?: string;
            /** @description Log ID and index: of a decision its decision ID. */
            id: string;
            /** Format: int64 */
            index: number;
            /** @description What is recorded, for example decision. */
            kind: string;
            leaf_hash: string;
            /** @enum {string} */
            level: "committed" | "anchored" | "witnessed";
            /** @description Why its payload is not there any more; the proof stays valid. */
            payload_gone?: components["schemas"]["GoneView"];
            /**
             * Format: int64
             * @description The entry before on the same subject.
             */
            prev?: number;
            /** @description Key whose word the entry is: of an attestation the module's, else the log's. */
            signer?: string;
        };
        LogEntryDetail: {
            /**
             * Format: date-time
             * @description When it was recorded; absent when the entry can't be read.
             */
            at?: string;
            /** @description The text that is hashed. */
            entry: string;
            /** @description Log ID and index: of a decision its decision ID. */
            id: string;
            /** Format: int64 */
            index: number;
            /** @description What is recorded, for example decision. */
            kind: string;
            leaf_hash: string;
            /** @enum {string} */
            level: "committed" | "anchored" | "witnessed";
            /** @description Why its payload is not there any more; the proof stays valid. */
            payload_gone?: components["schemas"]["GoneView"];
            /**
             * Format: int64
             * @description The entry before on the same subject.
             */
            prev?: number;
            /** @description Why there is no receipt: the log is damaged. */
            problem?: string;
            receipt?: components["schemas"]["Receipt"];
            /** @description Key whose word the entry is: of an attestation the module's, else the log's. */
            signer?: string;
        };
        LogEntryList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["LogEntry"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        LogKey: {
            /** @description Base of the logs' names; a slash and the log's ID follow. */
            origin: string;
            /** @description Public key of the logs in C2SP signed-note form. */
            vkey: string;
            /** @description All keys to pin: those that are not revoked, the active one first. */
            vkeys: string[];
        };
        LogView: {
            /** @description Where the tenant's log was anchored last; absent: not yet. */
            anchored?: components["schemas"]["AnchoredView"];
            /** @description The latest verification of the tenant's log, as the audit tells it. */
            checked?: components["schemas"]["CheckedView"];
            /**
             * Format: date-time
             * @description When its last entry came.
             */
            grown_at?: string;
            /** @description Log ID; root for the log of logs. */
            id: string;
            /**
             * @description root is the log of logs, in which every tenant's log is anchored.
             * @enum {string}
             */
            kind: "tenant" | "root";
            /** @description Name of the log in its checkpoints. */
            origin: string;
            /** @description Why nothing of it is signed any more; absent while all is well. */
            problem?: string;
            /** @description Of the tenant's log. */
            retention?: components["schemas"]["RetentionView"];
            /** @description Root of its tree, hex. */
            root: string;
            /**
             * Format: int64
             * @description How many entries it has.
             */
            size: number;
        };
        LogViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["LogView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        LogsourceView: {
            category?: string;
            product?: string;
            service?: string;
        };
        ManyTriage: {
            /** @enum {string} */
            action: "acknowledge" | "accept" | "deny" | "reopen" | "assign" | "comment";
            /** @description Of a filter with a limit: next of the answer before. */
            after?: string;
            /** @description Of accept: who allowed it. */
            approver?: string;
            /** @description Of assign: a principal's ID; empty for nobody. */
            assignee?: string;
            /** @description Instead of ids: all findings that it lists and whose state allows the action. */
            filter?: components["schemas"]["TriageFilter"];
            ids?: string[];
            /**
             * Format: int64
             * @description Of a filter: so many findings at most; go on with after.
             */
            limit?: number;
            /** @description The reason of accept and deny, where it is required, or a comment. */
            note?: string;
            /** @description Instead of ids: findings of several tenants, 1,000 in all. */
            tenants?: components["schemas"]["TenantIDs"][];
            /**
             * Format: date-time
             * @description Of accept, where it is required; at most 366 days from now.
             */
            until?: string;
            /** @description That were seen, by ID. */
            versions?: {
                [key: string]: number;
            };
        };
        Mission: {
            /** @description Actions of the doctrine; none allows none. */
            allowed_actions: string[];
            /** @description Greatest impact, 0 to 1, without approval; absent: no cap. */
            blast_radius_cap?: number;
            /**
             * Format: int64
             * @description Mitigations in all; absent: no cap.
             */
            budget_cap?: number;
            /**
             * @description Absent: any.
             * @enum {string}
             */
            classification?: "UNCLASS" | "CUI" | "SECRET" | "TOPSECRET";
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /** Format: date-time */
            ended_at?: string;
            /**
             * Format: date-time
             * @description The first moment at which it is not valid any more.
             */
            expires_at: string;
            /** @description SHA-256 of the envelope. */
            hash: string;
            /** @description Absent: the server makes one. */
            mission_id?: string;
            /**
             * @description Absent: any.
             * @enum {string}
             */
            persona?: "guardian" | "sentinel";
            /**
             * @description Why not.
             * @enum {string}
             */
            reason?: "signature" | "not_started" | "expired" | "ended" | "over_budget";
            /** @description The server's signed note over tenant, mission and hash. */
            signature: string;
            /**
             * Format: int64
             * @description Mitigations so far.
             */
            spent: number;
            /** Format: date-time */
            starts_at: string;
            /** @enum {string} */
            status: "active" | "ended";
            title: string;
            /** @description Whether decisions may use it now. */
            valid: boolean;
        };
        MissionEnd: {
            reason?: string;
        };
        MissionList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["Mission"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        MitigationView: {
            action: string;
            /** @description 0 to 1. */
            confidence: number;
            /** @description When it is in force. */
            enforcement_id?: string;
            /** @enum {string} */
            gating: "allow" | "require_approval" | "reject";
            /** @description The rule that proposed it. */
            reason: string;
            reversible: boolean;
            target: string;
            target_kind: string;
            /**
             * Format: int64
             * @description Seconds.
             */
            ttl: number;
        };
        ModelFeature: {
            /**
             * Format: int64
             * @description Users, hosts or sources met; those that were forgotten meanwhile count again.
             */
            entities: number;
            /**
             * Format: int64
             * @description Events that a new one is compared with.
             */
            history: number;
            learning: boolean;
            name: string;
            title: string;
            weight: number;
        };
        Module: {
            /** @description The setting that turned it off. */
            flag?: string;
            name: string;
            on: boolean;
        };
        ModuleKey: {
            /** Format: date-time */
            created_at: string;
            /** @description Fingerprint: module ID, plus, 8 hex digits. Envelopes hint at it as keyid. */
            id: string;
            /**
             * Format: int64
             * @description Log index of the artifact that brought it in.
             */
            index: number;
            /** Format: date-time */
            not_after?: string;
            /** Format: date-time */
            revoked_at?: string;
            /**
             * @description ending: replaced, still good.
             * @enum {string}
             */
            status: "active" | "ending" | "ended" | "revoked";
            /** @description Verifier key (C2SP signed-note). */
            vkey: string;
        };
        ModuleRecord: {
            /**
             * Format: int64
             * @description The greatest counter recorded; the next attestation's must be greater.
             */
            counter: number;
            /** Format: date-time */
            created_at: string;
            created_by: string;
            id: string;
            /** @description The oldest first. */
            keys: components["schemas"]["ModuleKey"][];
            kind: string;
            /**
             * Format: int64
             * @description Log index of its latest attestation.
             */
            last_attestation?: number;
            /**
             * Format: date-time
             * @description When its latest attestation was recorded; absent: never.
             */
            last_attested_at?: string;
            /**
             * Format: int64
             * @description Log index of its latest change; each change names the one before as prev.
             */
            last_index: number;
            name: string;
            revoke_reason?: string;
            /** Format: date-time */
            revoked_at?: string;
            revoked_by?: string;
            /**
             * @description enrolling: it has no key that is good now.
             * @enum {string}
             */
            status: "enrolling" | "active" | "revoked";
            /** @description Attestation types that it may submit. */
            types: string[];
        };
        ModuleRecordList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["ModuleRecord"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        ModuleRevocation: {
            reason?: string;
        };
        ModuleRotation: {
            /** @description The new public key as verifier key. */
            key: string;
            /** @description ID of the key that is replaced. */
            old_key: string;
            /** @description Base64 of the old key's signature over the lines frostgate.io/module-rotation/v1, tenant ID, module ID, old key's ID, new key, overlap in seconds, each with a line feed. */
            old_proof: string;
            /**
             * Format: int64
             * @description Seconds for which the old key goes on; default 0, at most 30 days.
             */
            overlap_s?: number;
            /** @description Base64 of the new key's signature over the same. */
            proof: string;
        };
        ModuleToken: {
            /** @description One-time enrolment token. Shown once; it can't be read again. */
            token: string;
            /** Format: date-time */
            token_expires_at: string;
        };
        NameView: {
            /** @description Not disabled, expired or revoked. */
            active: boolean;
            id: string;
            /** @enum {string} */
            kind: "person" | "service" | "key";
            name: string;
        };
        NameViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["NameView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        NewAllowEntry: {
            /**
             * Format: date-time
             * @description Absent: it does not expire.
             */
            expires_at?: string;
            /** @enum {string} */
            kind: "ip" | "range" | "user" | "host" | "session" | "country" | "asn";
            reason: string;
            value: string;
        };
        NewBaseline: {
            /** @description Of kind golden. Its values show in findings here: the key's owner must be able to read drift there. */
            golden?: components["schemas"]["GoldenView"];
            /** @description Make it without comparing anything with it yet. */
            inactive?: boolean;
            /** @description Go on comparing with the run before too. */
            keep_last_run?: boolean;
            /** @enum {string} */
            kind: "snapshot" | "golden" | "template";
            /** @description Unique among the source's baselines. */
            name: string;
            note?: string;
            /** @description Of kind snapshot: its hash. */
            snapshot?: string;
            /** @description kind/name: whose runs are compared with it. */
            source: string;
            /** @description Of kind template: YAML; docs/drift.md says how. */
            template?: string;
        };
        NewDocument: {
            content: string;
            /** @enum {string} */
            kind: "scenarios" | "policy" | "doctrine" | "detections" | "tuning";
            name: string;
            version: string;
        };
        NewErasure: {
            /** @description Say what would be erased and change nothing. */
            dry_run?: boolean;
            /** @description Why. It stays in the log for ever, so it must not name the subject: a case number does. */
            reason: string;
            subject: components["schemas"]["SubjectRef"];
        };
        NewFeedback: {
            /** @description It is sealed with the entry, and erased with the subjects of the decision. */
            comment?: string;
            /** @description One rule that fired, or anomaly for the anomaly score. Default: the decision as a whole, with every rule that fired. */
            rule?: string;
            /** @enum {string} */
            verdict: "true_positive" | "false_positive";
        };
        NewFilter: {
            /** @description Every rule instead, also those that are imported later, but for the critical ones; expires is then at most a day ahead. */
            all?: boolean;
            /**
             * Format: date-time
             * @description At most a year ahead.
             */
            expires: string;
            /** @description A Sigma search: a map such as {"Image|endswith": "\\backup.exe"}, all of which must fit, or a list of such maps, of which one must. */
            not: unknown;
            reason: string;
            /** @description Rules by ID. A correlation can't be named: what it looks at can. */
            rules?: string[];
            title: string;
        };
        NewKey: {
            /**
             * Format: date-time
             * @description Absent: it ends with the key in use, if that one expires. It must not outlive it.
             */
            expires_at?: string;
            limits?: components["schemas"]["KeyLimits"];
            name: string;
            /** @description Default: you. */
            principal_id?: string;
            /** @description Nobody hands out more than they hold. */
            scopes: string[];
            /** @description Default: the tenant of the key in use. */
            tenant_id?: string;
        };
        NewModule: {
            /** @description What it is, a lower-case name such as scanner. */
            kind: string;
            name: string;
            /** @description Attestation types that it may submit, lower-case names. */
            types: string[];
        };
        NewPrincipal: {
            email?: string;
            /** @enum {string} */
            kind: "person" | "service";
            name: string;
            roles?: components["schemas"]["RoleView"][];
        };
        NewPrune: {
            /** @description Count only. */
            dry_run?: boolean;
        };
        NewRuleset: {
            /** @description New documents. */
            documents?: components["schemas"]["NewDocument"][];
            name?: string;
            /** @description Documents that exist already. */
            refs?: components["schemas"]["RulesetPart"][];
            version: string;
        };
        NewSeverityRules: {
            /** @description YAML; docs/drift.md says how. */
            text: string;
            /**
             * Format: int64
             * @description The one that was read; default the one in force.
             */
            version?: number;
        };
        NewTenant: {
            name: string;
            settings?: components["schemas"]["TenantSettings"];
        };
        NewWebhook: {
            filter?: components["schemas"]["WebhookFilter"];
            /** @description https address that takes Standard Webhooks messages. */
            url: string;
        };
        NoFields: Record<string, never>;
        OneTriage: {
            /** @enum {string} */
            action: "acknowledge" | "accept" | "deny" | "reopen" | "assign" | "comment";
            /** @description Of accept: who allowed it. */
            approver?: string;
            /** @description Of assign: a principal's ID; empty for nobody. */
            assignee?: string;
            /** @description The reason of accept and deny, where it is required, or a comment. */
            note?: string;
            /**
             * Format: date-time
             * @description Of accept, where it is required; at most 366 days from now.
             */
            until?: string;
            /**
             * Format: int64
             * @description That was seen: another is refused with 409.
             */
            version?: number;
        };
        OpView: {
            /** @enum {string} */
            op: "add" | "remove" | "replace";
            path: string;
            value?: unknown;
        };
        Opening: {
            salt: string;
            value: string;
        };
        OwnInEpoch: {
            /**
             * Format: int64
             * @description Size of the log in its epoch before; 0: there was none.
             */
            since: number;
            /**
             * Format: int64
             * @description Size of the log in this epoch: entries from since to this are anchored by it.
             */
            size: number;
            /**
             * Format: int64
             * @description Place of the log in the epoch's tree, always the same.
             */
            slot: number;
        };
        Persona: {
            allowed_actions?: string[];
            /** Format: int64 */
            max_disruptive: number;
        };
        PolicyView: {
            allow: boolean;
            hash: string;
            /** @description ok, or why there is no answer. */
            outcome: string;
            reasons: string[];
            version: string;
        };
        PostureView: {
            /** Format: date-time */
            at: string;
            /** @description false: policy is only told (policy.enforce=false, a development setting). */
            policy_enforced: boolean;
            /** @enum {string} */
            status: "ready" | "not_ready" | "draining";
            /** @description Those with something that needs a person first. */
            tenants: components["schemas"]["TenantPosture"][];
            /** @description Checks of the server that are not ok. */
            wrong: components["schemas"]["CheckResult"][];
        };
        PrincipalView: {
            /** Format: date-time */
            created_at: string;
            email?: string;
            id: string;
            /** @enum {string} */
            kind: "person" | "service";
            name: string;
            org_id: string;
            /** @description As far as the caller may see them. */
            roles: components["schemas"]["RoleView"][];
            /** @enum {string} */
            status: "active" | "disabled";
        };
        PrincipalViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["PrincipalView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        Problem: {
            /** @description Stable error code. */
            code: string;
            /** @description What is wrong with this request. */
            detail: string;
            /** @description Field, parameter or header at fault. */
            field?: string;
            /** @description Name of the limit that was exceeded. */
            limit?: string;
            /**
             * Format: int64
             * @description Byte offset in the body at which it went wrong.
             */
            offset?: number;
            /** @description Name it when you ask for help; logs carry it too. */
            request_id: string;
            /**
             * Format: int64
             * @description Seconds after which trying again makes sense.
             */
            retry_after_s?: number;
            /**
             * Format: int64
             * @description The HTTP status.
             */
            status: number;
            /** @description What the code means. */
            title: string;
            /** @description URL that names the kind of problem; it ends in the code. */
            type: string;
        };
        Proposal: {
            /** @description An action of the doctrine. */
            action: string;
            target?: string;
            /** @description Default: the action's. */
            target_kind?: string;
        };
        Pruned: {
            /**
             * Format: int64
             * @description Deleted, or due.
             */
            audit_entries: number;
            /**
             * Format: int64
             * @description 0 keeps audit entries for ever.
             */
            audit_retention_days: number;
            dry_run?: boolean;
            /**
             * Format: int64
             * @description Due, but an enforcement in force or an open approval rests on them.
             */
            held: number;
            /**
             * Format: int64
             * @description Deleted, or due.
             */
            payloads: number;
            /**
             * Format: int64
             * @description 0 keeps payloads for ever.
             */
            retention_days: number;
        };
        QuarantinedView: {
            place: string;
            reason: string;
            /** @description Absent: it may be of any type. */
            type?: string;
        };
        Rate: {
            /** Format: int64 */
            burst?: number;
            /** Format: int64 */
            per_second?: number;
        };
        Readiness: {
            checks: components["schemas"]["CheckResult"][];
            /** @enum {string} */
            status: "ready" | "not_ready" | "draining";
        };
        Receipt: {
            anchor?: components["schemas"]["AnchorView"];
            entry: string;
            /** Format: int64 */
            index: number;
            leaf_hash: string;
            level: string;
            log: string;
            openings?: {
                [key: string]: components["schemas"]["Opening"];
            };
            proof: string;
            url?: string;
        };
        Rekeyed: {
            /** @description Log ID and index of the artifact. */
            id: string;
            /**
             * Format: int64
             * @description Whose content keys were wrapped anew.
             */
            payloads: number;
            /**
             * Format: int64
             * @description Of the payload and subject keys in use now.
             */
            version: number;
            warning?: string;
        };
        ReplayAnswer: {
            /** Format: int64 */
            different: number;
            /** @description In the order of receipt. */
            items: components["schemas"]["ReplayView"][];
            /** @description Send it as cursor with the same range; absent on the last page. */
            next_cursor?: string;
            /**
             * Format: int64
             * @description How many of this page gave the recorded bytes.
             */
            same: number;
            /**
             * Format: int64
             * @description How many could not be replayed.
             */
            unavailable: number;
        };
        ReplayRequest: {
            /** @description Of a range: next_cursor of the answer before. */
            cursor?: string;
            decision_id?: string;
            /** @description One event; or decision_id; or a range. */
            event_id?: string;
            /**
             * Format: date-time
             * @description A range: received at or after.
             */
            from?: string;
            /**
             * Format: int64
             * @description Of a range: decisions in one answer (default 50).
             */
            limit?: number;
            /** @description Hash of another ruleset of the tenant: what it would have said, knowing only the window counts and allow-list entries that were recorded. Default: each decision's own. */
            ruleset?: string;
            /**
             * Format: date-time
             * @description A range: received before.
             */
            to?: string;
        };
        ReplayView: {
            decision_id: string;
            /** @description Absent when the payload is gone. */
            event_id?: string;
            /** @description Each place at which the outcomes differ. */
            fields: components["schemas"]["FieldDiff"][];
            /** @description The replay asked another ruleset than the recorded one. */
            other_ruleset: boolean;
            /** @enum {string} */
            outcome: "same" | "different" | "unavailable";
            problem?: string;
            /**
             * @description Why it could not be replayed.
             * @enum {string}
             */
            reason?: "erased" | "pruned" | "payload_damaged" | "ruleset_missing" | "ruleset_unusable";
            /** Format: date-time */
            received_at: string;
            /** @description SHA-256 of the recorded canonical outcome, hex. */
            recorded_hash?: string;
            /** @description Hash of the ruleset that decided. */
            recorded_ruleset: string;
            replayed_hash?: string;
            /** @description Hash of the ruleset of this replay. */
            ruleset?: string;
            /** @description The canonical outcome is the recorded one, bit for bit. */
            same: boolean;
        };
        RetentionView: {
            /**
             * Format: int64
             * @description 0: never.
             */
            audit_days: number;
            /**
             * Format: int64
             * @description Payloads are deleted after so many days, their proofs stay; 0: never.
             */
            payload_days: number;
        };
        Revocation: {
            /** @description Why; it is kept with the enforcement and in the audit. */
            reason: string;
        };
        Ring: {
            ao_required_for: string[];
            audit_level: string;
            cross_ring_access: string[];
            encryption: string;
            /** Format: int64 */
            impact_factor_milli: number;
            name: string;
            /** Format: int64 */
            retention_days: number;
        };
        RingCheck: {
            detail: string;
            name: string;
            ok: boolean;
        };
        RingPair: {
            a: string;
            b: string;
            checks: components["schemas"]["RingCheck"][];
        };
        RingQuestion: {
            classification: string;
            /**
             * @description Default: sentinel.
             * @enum {string}
             */
            persona?: "guardian" | "sentinel";
        };
        RingRoute: {
            /** @description Absent: all of the doctrine. */
            allowed_actions?: string[];
            /** @description The authorising official has a say, at least for some actions. */
            ao_required: boolean;
            /**
             * Format: int64
             * @description Disruptive mitigations per decision.
             */
            max_disruptive: number;
            persona: string;
            ring: components["schemas"]["RingView"];
            /** @description Rules of engagement that apply. */
            rules: string[];
        };
        RingView: {
            /** @description Actions that the authorising official must approve. */
            ao_required_for: string[];
            audit_level: string;
            /** @description Rings whose data may be read from this one. */
            cross_ring_access: string[];
            encryption: string;
            /** @description Multiplies impact estimates. */
            impact_factor: number;
            name: string;
            /** Format: int64 */
            retention_days: number;
        };
        RingViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["RingView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        RoePolicy: {
            doctrine: components["schemas"]["Document"];
            hash: string;
            /** @description The ruleset that the doctrine is part of. */
            ruleset: components["schemas"]["RulesetRef"];
            version: string;
        };
        RoleView: {
            /** @enum {string} */
            role: "viewer" | "analyst" | "approver" | "editor" | "admin" | "owner" | "auditor";
            /** @description Absent: every tenant of the organisation. */
            tenant_id?: string;
        };
        RootStatus: {
            /** @description Why nothing is anchored any more. */
            alarm?: string;
            /**
             * Format: date-time
             * @description When a quorum cosigned last; absent: never.
             */
            cosigned_at?: string;
            /**
             * Format: int64
             * @description Entries under the latest checkpoint with a quorum of cosignatures; 0: none.
             */
            cosigned_size: number;
            /**
             * Format: int64
             * @description The quorum counts as missed when more entries than these wait for cosignatures.
             */
            max_lag: number;
            /**
             * Format: int64
             * @description The least number of witnesses that are a quorum; 0: none is asked for.
             */
            needed: number;
            /** @description Name of the root log. */
            origin: string;
            /** @description Who is a quorum, for example 2 of (w1, w2, w3); absent without witnesses. */
            policy?: string;
            /** @enum {string} */
            quorum: "none" | "reached" | "missed";
            /**
             * Format: int64
             * @description Entries of the root log.
             */
            size: number;
            witnesses: components["schemas"]["WitnessView"][];
        };
        Rotation: {
            /**
             * Format: int64
             * @description Seconds for which the old key goes on; default 0.
             */
            overlap_s?: number;
        };
        Rule: {
            ao_required?: boolean;
            /** @enum {string} */
            gating_when_disruptive?: "allow" | "require_approval" | "reject";
            id: string;
            keep?: components["schemas"]["Keep"][];
            when: components["schemas"]["When"];
        };
        RuleClause: {
            /**
             * Format: int64
             * @description Deeper lines belong to the one before them that is less deep.
             */
            depth: number;
            /**
             * Format: int64
             * @description How many more there are.
             */
            more_values?: number;
            /** @description For example Image ends with one of; all of, any of, none of say how the deeper lines belong together. */
            text: string;
            /** @description What text ends with; the first 100. */
            values: string[];
        };
        RuleCount: {
            /**
             * Format: int64
             * @description Matches in recorded decisions, suppressed ones too.
             */
            hits: number;
            /** Format: date-time */
            last?: string;
            /**
             * Format: int64
             * @description Of them without points of their own: another rule counts for their technique.
             */
            shared: number;
            /**
             * Format: date-time
             * @description The counts are kept in memory, from here on.
             */
            since: string;
            /**
             * Format: int64
             * @description Of them without points: by the rate cap or a filter, or since the rule only serves a correlation.
             */
            suppressed: number;
        };
        RuleDetail: {
            author?: string;
            /** @description Of a correlation. */
            correlation?: components["schemas"]["CorrelationView"];
            /**
             * Format: int64
             * @description Mean nanoseconds of testing it against one event for which it was looked at; absent: not sampled yet.
             */
            cost_ns?: number;
            counts: components["schemas"]["RuleCount"];
            date?: string;
            /**
             * Format: int64
             * @description Recorded decisions of the window in which it fired; 0 where no window was asked for.
             */
            decisions: number;
            description?: string;
            enabled: boolean;
            false_positives: string[];
            feedback: components["schemas"]["RuleVerdicts"];
            file: string;
            /** @description That name this rule, or all rules; the expired ones too. */
            filters: components["schemas"]["FilterView"][];
            /**
             * Format: int64
             * @description Filters that name it, or all rules, and have not ended.
             */
            filters_in_force: number;
            /** @description As decisions name it: sigma: and the rule's own ID. */
            id: string;
            /**
             * @description A rule looks at one event, a correlation at what rules or other correlations found within a time.
             * @enum {string}
             */
            kind: "rule" | "correlation";
            /**
             * Format: date-time
             * @description Receipt of the last of them.
             */
            last_hit?: string;
            /**
             * @description As it counts: the rule's own, unless it is tuned.
             * @enum {string}
             */
            level: "informational" | "low" | "medium" | "high" | "critical";
            license?: string;
            /**
             * Format: int64
             * @description On which its document starts in the file.
             */
            line: number;
            logsource: components["schemas"]["LogsourceView"];
            /** @description The detection in words, line by line; empty for a correlation. */
            looks_for: components["schemas"]["RuleClause"][];
            /** @description looks_for goes on. */
            looks_for_cut: boolean;
            modified?: string;
            /** @description As the author wrote it. */
            own_level: string;
            references: string[];
            ruleset_hash: string;
            /** @description Some known kind of event reaches it. */
            served: boolean;
            /** @description Name of the detections document that it is in. */
            source: string;
            status?: string;
            /** @description ATT&CK, for example credential-access. */
            tactics: string[];
            tags: string[];
            /** @description ATT&CK. */
            techniques: string[];
            /** @description The file, byte for byte; it may hold other rules too. */
            text: string;
            title: string;
            /** @description The tenant changed it or filters it. */
            tuned: boolean;
            tuning: components["schemas"]["RuleTuning"];
        };
        RuleExplained: {
            /** @description Highest level first. */
            matches: components["schemas"]["RuleMatch"][];
            /** @description The kind of event that it was recognised as; empty: none, so that no detection looks at it. */
            pipeline: string;
            /** Format: int64 */
            rules_in_force: number;
            ruleset_hash: string;
        };
        RuleHistory: {
            /** @description Oldest first; empty ones are left out. */
            buckets: components["schemas"]["HitBucket"][];
            /**
             * Format: date-time
             * @description Absent: everything.
             */
            from?: string;
            id: string;
            /** Format: date-time */
            last_hit?: string;
            /**
             * Format: int64
             * @description Length of a bucket in seconds.
             */
            step_s: number;
            /** @description Absent: the ruleset does not have it any more. */
            title?: string;
            /** Format: date-time */
            to: string;
            /**
             * Format: int64
             * @description Recorded decisions in which it fired.
             */
            total: number;
            window: string;
        };
        RuleMatch: {
            author?: string;
            description?: string;
            false_positives: string[];
            fields: components["schemas"]["RuleMember"][];
            id: string;
            level: string;
            /** Format: int64 */
            points: number;
            source: string;
            /** @description Why it gives no points: same_technique, or tuned: and a filter's ID. */
            suppressed?: string;
            /** @description ATT&CK. */
            techniques: string[];
            title: string;
        };
        RuleMember: {
            /** @description As the rule names it; empty: a keyword. */
            field: string;
            /** @description Where it stands in the event. */
            path: string;
            /** @description What it passed, in words. */
            test: string;
            value: string;
        };
        RuleQuestion: {
            /** @description The payload, as its source sends it. */
            event: unknown;
            event_type?: string;
            source?: string;
        };
        RuleRow: {
            author?: string;
            /**
             * Format: int64
             * @description Recorded decisions of the window in which it fired; 0 where no window was asked for.
             */
            decisions: number;
            enabled: boolean;
            /**
             * Format: int64
             * @description Filters that name it, or all rules, and have not ended.
             */
            filters_in_force: number;
            /** @description As decisions name it: sigma: and the rule's own ID. */
            id: string;
            /**
             * @description A rule looks at one event, a correlation at what rules or other correlations found within a time.
             * @enum {string}
             */
            kind: "rule" | "correlation";
            /**
             * Format: date-time
             * @description Receipt of the last of them.
             */
            last_hit?: string;
            /**
             * @description As it counts: the rule's own, unless it is tuned.
             * @enum {string}
             */
            level: "informational" | "low" | "medium" | "high" | "critical";
            logsource: components["schemas"]["LogsourceView"];
            /** @description As the author wrote it. */
            own_level: string;
            /** @description Some known kind of event reaches it. */
            served: boolean;
            /** @description Name of the detections document that it is in. */
            source: string;
            status?: string;
            /** @description ATT&CK, for example credential-access. */
            tactics: string[];
            /** @description ATT&CK. */
            techniques: string[];
            title: string;
            /** @description The tenant changed it or filters it. */
            tuned: boolean;
        };
        RuleRowList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["RuleRow"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        RuleStat: {
            /**
             * Format: int64
             * @description Mean nanoseconds of testing the rule against one event for which it was looked at, sampled in this process; absent: not sampled yet.
             */
            cost_ns?: number;
            /**
             * Format: int64
             * @description Recorded decisions of the window in which the rule fired and was not suppressed.
             */
            decisions: number;
            /** Format: int64 */
            false_positives: number;
            /** Format: int64 */
            hits: number;
            id: string;
            /** Format: date-time */
            last_hit?: string;
            level?: string;
            /**
             * Format: int64
             * @description Hits without points of their own: another rule counts for their technique.
             */
            shared: number;
            source?: string;
            /**
             * Format: int64
             * @description By a rate cap or a filter, or since the rule only serves a correlation.
             */
            suppressed: number;
            /** @description Absent: the rule is not in the ruleset any more. */
            title?: string;
            /**
             * Format: int64
             * @description Decisions of which people said that the rule was right; all time.
             */
            true_positives: number;
        };
        RuleStats: {
            /** @description Most hits first; rules without any are left out. */
            items: components["schemas"]["RuleStat"][];
            /** Format: int64 */
            rules_in_force: number;
            ruleset_hash: string;
            /**
             * Format: date-time
             * @description hits and suppressed are counted in memory from here on: this process's start.
             */
            since: string;
            /** @description Of decisions. */
            window: string;
        };
        RuleTuning: {
            /** @description Hits that count per span, such as 100/1h; further ones are suppressed. Default 1000/1h. */
            cap?: string;
            /** @description false: the rule is not looked at. Default true. */
            enabled?: boolean;
            /**
             * @description Instead of the rule's own.
             * @enum {string}
             */
            level?: "informational" | "low" | "medium" | "high" | "critical";
        };
        RuleTuningChange: {
            /** @description Hits that count per span, such as 100/1h; further ones are suppressed. Default 1000/1h. */
            cap?: string;
            /** @description false: the rule is not looked at. Default true. */
            enabled?: boolean;
            /**
             * @description Instead of the rule's own.
             * @enum {string}
             */
            level?: "informational" | "low" | "medium" | "high" | "critical";
            /** @description Kept in the audit. */
            reason?: string;
        };
        RuleVerdicts: {
            /** Format: int64 */
            false_positives: number;
            /**
             * Format: int64
             * @description Decisions of which people said that the rule was right; all time.
             */
            true_positives: number;
        };
        RulesChecked: {
            /**
             * Format: int64
             * @description Rules and correlations that can be used.
             */
            loaded: number;
            /** @description Can't be used as they are written; the first 1,000. */
            refused: components["schemas"]["RulesRefusal"][];
            /** Format: int64 */
            refused_total: number;
            /** @description Left out on purpose: placeholder, unsupported, deprecated, ... */
            skipped: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description Loaded, but no known kind of event reaches them.
             */
            unserved: number;
            /** @description What was loaded; the first 100. */
            usable: components["schemas"]["RulesUsable"][];
        };
        RulesImported: {
            /** @description It decides from the next event on. */
            active: boolean;
            document: components["schemas"]["DetectionsRef"];
            /**
             * Format: int64
             * @description Of the tenant's pointer; 0: it follows the platform.
             */
            generation: number;
            /**
             * Format: int64
             * @description Rules and correlations that can be used.
             */
            loaded: number;
            /** @description Can't be used as they are written; the first 1,000. */
            refused: components["schemas"]["RulesRefusal"][];
            /** Format: int64 */
            refused_total: number;
            /** @description The one that was active, with the document in it. */
            ruleset: components["schemas"]["DocumentRef"];
            /** @description Left out on purpose: placeholder, unsupported, deprecated, ... */
            skipped: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description Loaded, but no known kind of event reaches them.
             */
            unserved: number;
            /** @description What was loaded; the first 100. */
            usable: components["schemas"]["RulesUsable"][];
        };
        RulesRefusal: {
            file: string;
            /**
             * Format: int64
             * @description 0: it concerns the whole file.
             */
            line: number;
            reason: string;
        };
        RulesSummary: {
            by_category: {
                [key: string]: number;
            };
            by_level: {
                [key: string]: number;
            };
            by_product: {
                [key: string]: number;
            };
            by_service: {
                [key: string]: number;
            };
            /** @description Names of the detections documents. */
            by_source: {
                [key: string]: number;
            };
            by_status: {
                [key: string]: number;
            };
            by_tactic: {
                [key: string]: number;
            };
            /** Format: int64 */
            correlations: number;
            /**
             * Format: int64
             * @description That have not ended.
             */
            filters: number;
            /**
             * Format: date-time
             * @description Begin of the window; absent: everything.
             */
            from?: string;
            /**
             * Format: int64
             * @description Rules that fired in a recorded decision of the window.
             */
            hit: number;
            /** @description What the rules and scenarios that fired in the window are called, by their names in decisions. */
            hit_titles: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description Switched off by the tenant.
             */
            off: number;
            /** Format: int64 */
            on: number;
            /**
             * Format: int64
             * @description Rules and correlations, those that are off too.
             */
            rules: number;
            ruleset: components["schemas"]["DetectionsSet"];
            /** Format: int64 */
            scenarios: number;
            /**
             * Format: int64
             * @description ATT&CK techniques of the rules that are on.
             */
            techniques: number;
            /**
             * Format: int64
             * @description On, with another level or cap, or a filter that has not ended.
             */
            tuned: number;
            /**
             * Format: int64
             * @description On, but no known kind of event reaches them.
             */
            unserved: number;
            window: string;
        };
        RulesUsable: {
            file: string;
            id: string;
            level: string;
            /** Format: int64 */
            line: number;
            /** @description In words; of the first 10 rules. */
            looks_for: components["schemas"]["RuleClause"][];
            /** @description Some known kind of event reaches it. */
            served: boolean;
            title: string;
        };
        RulesetPart: {
            /** @description SHA-256 of the document's exact bytes. */
            hash: string;
            /** @enum {string} */
            kind: "scenarios" | "policy" | "doctrine" | "detections" | "tuning" | "ruleset" | "mission";
            name: string;
            version: string;
        };
        RulesetRef: {
            hash: string;
            version: string;
        };
        RulesetView: {
            /** Format: date-time */
            created_at: string;
            created_by?: string;
            /** @description Its documents of rules, and the one of their tuning. */
            detections: components["schemas"]["DetectionsRef"][];
            documents: components["schemas"]["DocumentRef"][];
            /** @description SHA-256 of the document's exact bytes. */
            hash: string;
            /** @enum {string} */
            kind: "scenarios" | "policy" | "doctrine" | "ruleset" | "mission";
            name: string;
            /** @description Belongs to the platform; every tenant reads it. */
            platform: boolean;
            version: string;
        };
        RunAgainst: {
            baseline: string;
            /** @description The run that it was compared with, where the baseline is a run. */
            before?: string;
            /** @enum {string} */
            kind?: "last_run" | "snapshot" | "golden" | "template";
            name?: string;
            /**
             * Format: int64
             * @description Findings, as the next two.
             */
            new: number;
            /** Format: int64 */
            reopened: number;
            /** Format: int64 */
            resolved: number;
        };
        RunDetail: {
            /** @description What it was held against; for those who may read drift. */
            against?: components["schemas"]["RunAgainst"][];
            by?: string;
            /** Format: int64 */
            changed: number;
            /** Format: date-time */
            closed_at?: string;
            /** @description Drift has looked at it. */
            compared: boolean;
            coverage: components["schemas"]["CoverageView"][];
            /** @description With each baseline that is active. */
            drift: components["schemas"]["ComparisonView"][];
            /** @description The first 1,000. */
            duplicate_identities: components["schemas"]["DuplicateView"][];
            /**
             * Format: int64
             * @description Identities that several objects claim; none of them counts.
             */
            duplicates: number;
            /**
             * Format: int64
             * @description Entry of the tenant's log that records it.
             */
            entry?: number;
            /** @description Why it was aborted. */
            error?: string;
            filters?: {
                [key: string]: string;
            };
            id: string;
            /**
             * Format: int64
             * @description Gone, and coverage proves it.
             */
            missing: number;
            /**
             * Format: int64
             * @description Against the source's run before, as the next three.
             */
            new: number;
            /** Format: int64 */
            objects: number;
            /** @description Items show it. */
            projected: boolean;
            /** @description The first 1,000. */
            quarantine: components["schemas"]["QuarantinedView"][];
            /**
             * Format: int64
             * @description Could not be read as objects.
             */
            quarantined: number;
            /** @description Hash of source, types, filters and normalisers. */
            scope: string;
            /**
             * Format: int64
             * @description 1, 2, ... within the tenant.
             */
            seq: number;
            /** @description Hash of its root; absent unless closed. */
            snapshot?: string;
            /** @description kind/name. */
            source: string;
            /** Format: date-time */
            started_at: string;
            /** @enum {string} */
            state: "open" | "closed" | "aborted";
            tenant_id: string;
            /** @description Asked for; empty: all. */
            types: string[];
            /**
             * Format: int64
             * @description Not seen, which does not prove that they are gone.
             */
            unknown: number;
        };
        RunRef: {
            /**
             * Format: date-time
             * @description When it was closed.
             */
            at?: string;
            run: string;
        };
        RunView: {
            /** @description What it was held against; for those who may read drift. */
            against?: components["schemas"]["RunAgainst"][];
            by?: string;
            /** Format: int64 */
            changed: number;
            /** Format: date-time */
            closed_at?: string;
            /** @description Drift has looked at it. */
            compared: boolean;
            /**
             * Format: int64
             * @description Identities that several objects claim; none of them counts.
             */
            duplicates: number;
            /**
             * Format: int64
             * @description Entry of the tenant's log that records it.
             */
            entry?: number;
            /** @description Why it was aborted. */
            error?: string;
            id: string;
            /**
             * Format: int64
             * @description Gone, and coverage proves it.
             */
            missing: number;
            /**
             * Format: int64
             * @description Against the source's run before, as the next three.
             */
            new: number;
            /** Format: int64 */
            objects: number;
            /** @description Items show it. */
            projected: boolean;
            /**
             * Format: int64
             * @description Could not be read as objects.
             */
            quarantined: number;
            /** @description Hash of source, types, filters and normalisers. */
            scope: string;
            /**
             * Format: int64
             * @description 1, 2, ... within the tenant.
             */
            seq: number;
            /** @description Hash of its root; absent unless closed. */
            snapshot?: string;
            /** @description kind/name. */
            source: string;
            /** Format: date-time */
            started_at: string;
            /** @enum {string} */
            state: "open" | "closed" | "aborted";
            tenant_id: string;
            /**
             * Format: int64
             * @description Not seen, which does not prove that they are gone.
             */
            unknown: number;
        };
        RunViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["RunView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        ScenarioList: {
            document: components["schemas"]["DocumentRef"];
            /**
             * Format: date-time
             * @description Begin of the window; absent: everything.
             */
            from?: string;
            items: components["schemas"]["ScenarioRow"][];
            /** @description What is proposed when a rule of a level or above fires. */
            responses: components["schemas"]["LevelResponse"][];
        };
        ScenarioMitigation: {
            action: string;
            /** @description Field of the event. */
            target: string;
            /** @description How long, one for each time it happens; empty: the doctrine's default. */
            ttl: string[];
        };
        ScenarioRow: {
            /**
             * Format: int64
             * @description Recorded decisions of the window in which it fired.
             */
            decisions: number;
            /** @description That can fire it; empty: all. */
            event_types: string[];
            id: string;
            /** Format: date-time */
            last_hit?: string;
            mitigations: components["schemas"]["ScenarioMitigation"][];
            /** Format: int64 */
            points: number;
            /** @description ATT&CK. */
            techniques: string[];
            title: string;
            /** @description CEL over the event and the windows. */
            when: string;
            /** @description What it counts over time; empty: it looks at one event. */
            windows: components["schemas"]["ScenarioWindow"][];
        };
        ScenarioStep: {
            /** Format: int64 */
            count: number;
            detections: string[];
            when?: string;
        };
        ScenarioWindow: {
            /** @description One of these must match. */
            detections: string[];
            event_types: string[];
            /** @description Of a ratio: which of the events are hits, in CEL. */
            hit?: string;
            /** @description What is counted apart: each value of it has a count of its own. */
            key: string[];
            /** @description count, sliding, leaky, distinct, ratio, sequence, all_of, first_seen, sum, average, median, percentile. */
            kind: string;
            /** @description Of first_seen: how long the key must be known. */
            learn?: string;
            /**
             * Format: int64
             * @description Of a ratio: with fewer events it is 0.
             */
            least_events?: number;
            /**
             * Format: int64
             * @description Where the number stops; of a leaky window: what runs off within the span.
             */
            limit?: number;
            name: string;
            /** @description The number at which the scenario fires, for example >= 10; of a ratio in thousandths, of sequence and all_of in steps. */
            needs?: string;
            /** @description Of which different values are counted. */
            of?: string;
            /**
             * Format: int64
             * @description Of a percentile; 50 is the median.
             */
            percent?: number;
            span: string;
            /** @description Of a sequence, in their order, and of all_of, in any. */
            steps: components["schemas"]["ScenarioStep"][];
            /** @description Which events count, in CEL; absent: all. */
            when?: string;
        };
        Session: {
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description Sign in again then; using the session doesn't move it.
             */
            expires_at: string;
            key_id: string;
            /** @enum {string} */
            kind: "person" | "service";
            /** @description Missions the key may name; empty: all of the tenant. */
            missions: string[];
            name: string;
            org_id: string;
            org_name: string;
            /** @description Personas the key may name; empty: the tenant's default only. */
            personas: string[];
            principal_id: string;
            /** @description Rings the key may name; empty: the tenant's default only. */
            rings: string[];
            /** @description Of the person; the key's scopes may be fewer than theirs. */
            roles: components["schemas"]["RoleView"][];
            scopes: string[];
            tenant_id: string;
            tenant_name: string;
        };
        SeverityRulesView: {
            /** Format: date-time */
            created_at?: string;
            created_by?: string;
            /**
             * Format: int64
             * @description Entry of the tenant's log that records it.
             */
            entry?: number;
            /** @description YAML, as its author wrote it. */
            text: string;
            /**
             * Format: int64
             * @description 0: the built-in ones.
             */
            version: number;
        };
        SigningKey: {
            ended_at?: string;
            /**
             * Format: int64
             * @description Root log entry that retired or, last, revoked the key.
             */
            ended_index?: number;
            /** @description Key ID as headers and signatures carry it, eight hex digits. */
            id: string;
            issued_at?: string;
            /**
             * Format: int64
             * @description Root log entry that introduced the key.
             */
            issued_index?: number;
            /** @description Why it was revoked. */
            reason?: string;
            /** @description When the state began, as the key folder says; absent: since the folder was made. */
            since?: string;
            /**
             * @description active and retiring keys sign, retired ones verify, revoked ones are trusted for nothing.
             * @enum {string}
             */
            state: "active" | "retiring" | "retired" | "revoked";
            /** @description Public key in C2SP signed-note form. */
            vkey: string;
        };
        SigningKeyList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["SigningKey"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        SnapshotDetail: {
            /** Format: int64 */
            chunks: number;
            coverage: components["schemas"]["CoverageView"][];
            /** @description The first 1,000. */
            duplicate_identities: components["schemas"]["DuplicateView"][];
            filters?: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description That were read to their end.
             */
            folders: number;
            /** Format: int64 */
            objects: number;
            /** @description The first 1,000. */
            quarantine: components["schemas"]["QuarantinedView"][];
            /** @description SHA-256 of its root document. */
            root: string;
            source: string;
            tenant_id: string;
            /** @description Asked for; empty: all. */
            types: string[];
        };
        SnapshotView: {
            decision: components["schemas"]["DecisionAnswer"];
            event: components["schemas"]["EventView"];
            facts: components["schemas"]["FactsView"];
            /** @description With openings of what the entry commits to. */
            receipt: components["schemas"]["Receipt"];
        };
        SourceView: {
            /** @description Absent: none was closed. */
            last?: components["schemas"]["RunView"];
            /** @description A run of it is open. */
            open: boolean;
            /** Format: int64 */
            runs: number;
            /** @description kind/name. */
            source: string;
            tenant_id: string;
        };
        SourceViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["SourceView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        Spared: {
            action: string;
            /** Format: int64 */
            in_force: number;
            /** Format: date-time */
            last: string;
            /** Format: int64 */
            spared: number;
            target: string;
            target_kind: string;
        };
        StateFact: {
            key: string;
            /** Format: date-time */
            since: string;
            /** Format: int64 */
            value: number;
            window: string;
        };
        StatsBucket: {
            by_gating: {
                [key: string]: number;
            };
            by_severity: {
                [key: string]: number;
            };
            /** Format: date-time */
            start: string;
            /** Format: int64 */
            total: number;
        };
        StatsView: {
            buckets: components["schemas"]["StatsBucket"][];
            by_action: {
                [key: string]: number;
            };
            by_gating: {
                [key: string]: number;
            };
            by_rule: {
                [key: string]: number;
            };
            by_severity: {
                [key: string]: number;
            };
            /** @description The 100 largest. */
            by_source: {
                [key: string]: number;
            };
            clock: string;
            /**
             * Format: int64
             * @description Events whose own action the policy denied.
             */
            denied: number;
            /**
             * Format: date-time
             * @description Absent: everything.
             */
            from?: string;
            /** @description What the rules of by_rule are called, where the ruleset in force has them. */
            rule_titles: {
                [key: string]: string;
            };
            /** Format: date-time */
            to: string;
            /** Format: int64 */
            total: number;
            window: string;
        };
        StepView: {
            stage: string;
            values: {
                [key: string]: string;
            };
            what: string;
        };
        SubjectRef: {
            /** @enum {string} */
            kind: "ip" | "user" | "host";
            /** @description As events name it; an address in any form. */
            value: string;
        };
        TargetRevocation: {
            action: string;
            /** @description Why; it is kept with each enforcement and in the audit. */
            reason: string;
            target: string;
            target_kind: string;
        };
        TargetRevoked: {
            ids: string[];
            /** @description Some are left: call again. */
            more: boolean;
            /** Format: int64 */
            revoked: number;
        };
        TenantChange: {
            name?: string;
            settings?: components["schemas"]["TenantSettings"];
            /**
             * @description suspended: reads stay, decisions answer 403. closing is final.
             * @enum {string}
             */
            status?: "active" | "suspended" | "closing";
        };
        TenantDone: {
            /** @description Nothing was changed here: as in a problem. */
            code?: string;
            /** Format: int64 */
            count: number;
            /** @description Entries of that tenant's log that record it. */
            entries: number[];
            error?: string;
            tenant_id: string;
        };
        TenantFindingCount: {
            by_state: {
                [key: string]: number;
            };
            name: string;
            tenant_id: string;
            /** Format: int64 */
            total: number;
        };
        TenantIDs: {
            ids: string[];
            tenant_id: string;
        };
        TenantPosture: {
            /**
             * Format: int64
             * @description Decisions that wait for a human.
             */
            approvals?: number;
            /**
             * Format: int64
             * @description Received in the last 24 hours, by whole hours.
             */
            decisions_24h?: number;
            drift?: components["schemas"]["DriftPosture"];
            /** Format: date-time */
            last_decision_at?: string;
            /** @description Its log does not continue what was signed: nothing new is recorded. */
            log_damaged: boolean;
            name: string;
            /**
             * @description Only an active one takes events.
             * @enum {string}
             */
            status: "active" | "suspended" | "closing";
            tenant_id: string;
            webhooks?: components["schemas"]["WebhookPosture"];
        };
        TenantRates: {
            defend?: components["schemas"]["Rate"];
            read?: components["schemas"]["Rate"];
            write?: components["schemas"]["Rate"];
        };
        TenantSettings: {
            /**
             * Format: int64
             * @description How long audit entries are kept; 0 keeps them. The log records how many were deleted.
             */
            audit_retention_days?: number;
            /**
             * Format: int64
             * @description Beyond it an old event is an import and no clock drift.
             */
            clock_stale_ms?: number;
            /**
             * @description Persona of events that name none.
             * @enum {string}
             */
            persona?: "" | "guardian" | "sentinel";
            rates?: components["schemas"]["TenantRates"];
            /**
             * Format: int64
             * @description How long payloads are kept, by the time of their record; 0 keeps them. Proofs and the clear part of decisions stay.
             */
            retention_days?: number;
            /**
             * @description Ring of events that name none.
             * @enum {string}
             */
            ring?: "" | "UNCLASS" | "CUI" | "SECRET" | "TOPSECRET";
        };
        TenantUsage: {
            /**
             * Format: int64
             * @description Decisions in that hour.
             */
            busiest: number;
            /**
             * Format: date-time
             * @description The hour with the most decisions; absent: none.
             */
            busiest_at?: string;
            /** @description Days in UTC with decisions. */
            days: components["schemas"]["UsageDay"][];
            /** Format: int64 */
            decisions: number;
            /** @description What the tenant may send. */
            limit: components["schemas"]["Rate"];
            name: string;
            /** @enum {string} */
            status: "active" | "suspended" | "closing";
            tenant_id: string;
        };
        TenantView: {
            /** Format: date-time */
            created_at: string;
            id: string;
            /** @description The tenant's evidence log. */
            log_id: string;
            name: string;
            org_id: string;
            /** @description In effect: defaults are filled in. */
            settings: components["schemas"]["TenantSettings"];
            /** @enum {string} */
            status: "active" | "suspended" | "closing";
        };
        TenantViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["TenantView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        TenantsUsage: {
            /** Format: date-time */
            from: string;
            /** @description By tenant ID. */
            items: components["schemas"]["TenantUsage"][];
            /** Format: date-time */
            to: string;
            /** Format: int64 */
            total: number;
        };
        TieDView: {
            ao_required: boolean;
            classification: string;
            disruption_limited: boolean;
            /** @enum {string} */
            gating_decision: "allow" | "require_approval" | "reject";
            impact_model: string;
            mission_id: string;
            persona: string;
            policy_hash: string;
            policy_version: string;
            roe_applied: boolean;
            service_impact: number;
            user_impact: number;
        };
        TraceView: {
            /** @description Who wrote the detection. */
            author?: string;
            /**
             * @description The detection's level, as tuned.
             * @enum {string}
             */
            level?: "informational" | "low" | "medium" | "high" | "critical";
            matched: boolean;
            /** Format: int64 */
            points: number;
            rule: string;
            /** @description Why it matched and gives no points: rate_cap, same_technique, or tuned: and the filter's ID. */
            suppressed?: string;
            /** @description ATT&CK, for example T1110.003. */
            techniques?: string[];
            title: string;
            /** @description The values that decided. */
            values: {
                [key: string]: string;
            };
        };
        TrailItem: {
            /** @description Who; absent: the server itself, or not known any more. */
            actor?: string;
            detail?: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description The entry of the tenant's log that proves it.
             */
            index?: number;
            /** @description For example received, decided, enforcement_revoked, read. */
            kind: string;
            /** @description ID of what it happened to, or of the record that tells of it. */
            ref?: string;
            /**
             * Format: date-time
             * @description Absent: when it happened is not recorded.
             */
            time?: string;
        };
        TrailView: {
            classification: string;
            decision_id: string;
            event_id: string;
            /**
             * Format: int64
             * @description How many items the key's scopes and rings keep from it.
             */
            hidden: number;
            /** @description In the order of time; what has no recorded time stands last. */
            items: components["schemas"]["TrailItem"][];
        };
        TriageFilter: {
            /** @description Of any state. */
            all?: boolean;
            assignee?: string;
            baseline?: string;
            group?: string;
            /** @enum {string} */
            kind?: "added" | "removed" | "changed" | "metadata";
            object_id?: string;
            q?: string;
            run?: string;
            severity?: ("informational" | "low" | "medium" | "high" | "critical")[];
            source?: string;
            /** @description Default: new and reopened. */
            states?: ("new" | "reopened" | "acknowledged" | "accepted" | "denied" | "resolved")[];
            type?: string;
        };
        Triaged: {
            /**
             * Format: int64
             * @description Findings that were changed.
             */
            count: number;
            /** @description Entries of the tenant's log that record it. */
            entries: number[];
            /** @description As they are now, without values; the first 1,000. */
            findings: components["schemas"]["FindingView"][];
            /**
             * Format: int64
             * @description How many findings of the filter the limit left.
             */
            left?: number;
            /** @description Where to go on behind, where a limit left some. */
            next?: string;
            /**
             * Format: int64
             * @description Of a filter: findings whose state does not allow the action.
             */
            skipped: number;
            /** @description What became of it in each tenant that was named. */
            tenants?: components["schemas"]["TenantDone"][];
        };
        TypeCount: {
            /** Format: int64 */
            findings: number;
            label: string;
            type: string;
        };
        TypeCoverage: {
            /** Format: date-time */
            at?: string;
            /** Format: date-time */
            complete_at?: string;
            /** @description The last run in which the type was read to its end. */
            complete_run?: string;
            /** Format: int64 */
            duplicates: number;
            error?: string;
            /** @description The type in plain words. */
            label: string;
            /** @description Version; types compare only under equal ones. */
            normaliser: string;
            /** Format: int64 */
            objects: number;
            /** @description Folders in which its objects lay. */
            places?: string[];
            /** Format: int64 */
            quarantined: number;
            run: string;
            source: string;
            /** @enum {string} */
            status: "complete" | "partial" | "failed" | "skipped";
            type: string;
        };
        TypeCoverageList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["TypeCoverage"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        TypeView: {
            /** @description Its objects have no effect without assignments. */
            assignable: boolean;
            /** @description graph, kubernetes, aws or json. */
            family: string;
            /** @description What people call it. */
            label: string;
            name: string;
            /** @description Version of its normaliser. */
            normaliser: string;
        };
        TypeViewList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["TypeView"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        UnassignedPage: {
            /** @description By type, of all pages. */
            counts: {
                [key: string]: number;
            };
            /** @description Objects that could be assigned and are not: they have no effect. */
            items: components["schemas"]["GraphObject"][];
            next_cursor?: string;
            /** @description By type: objects of which the export does not say whether they are assigned. */
            unread: {
                [key: string]: number;
            };
        };
        UnknownCountView: {
            /** @description The first few. */
            ids: string[];
            label: string;
            /** Format: int64 */
            objects: number;
            /** @description quarantine, partial, failed, skipped, scope, normaliser, folder, baseline. */
            reason: string;
            type: string;
        };
        UnprovenReferences: {
            label: string;
            /** @description unobserved, incomplete, quarantined, filtered, partial. */
            reason: string;
            /** Format: int64 */
            references: number;
            source: string;
            type: string;
        };
        UsageDay: {
            /** Format: int64 */
            decisions: number;
            /** Format: date-time */
            start: string;
        };
        UsageHour: {
            /** Format: int64 */
            decisions: number;
            /** Format: date-time */
            start: string;
        };
        UsageView: {
            /** Format: date-time */
            from: string;
            hours: components["schemas"]["UsageHour"][];
            /** Format: date-time */
            to: string;
            /** Format: int64 */
            total: number;
        };
        Verdict: {
            /** @description In the order they were made; the first failure ends them. */
            checks: components["schemas"]["VerdictCheck"][];
            /** @description committed, anchored or witnessed: what the proofs show. */
            level?: string;
            /** @description Members of a saved answer or receipt that no part of the proof speaks of. */
            not_covered?: string[];
            pinned: boolean;
            /** @description Fingerprint of the key that signed. */
            signer: string;
            trust: components["schemas"]["VerdictTrust"];
            valid: boolean;
            /**
             * @description The verdict in one word.
             * @enum {string}
             */
            verdict: "verified" | "unpinned" | "not_verified";
            /** @description No pinned key signed the log's own checkpoint; the root log, which a pinned key signed, holds it. */
            vouched?: boolean;
        };
        VerdictCheck: {
            check: string;
            detail: string;
            ok: boolean;
            skipped?: boolean;
        };
        VerdictTrust: {
            /** @description Verifier keys. */
            keys: string[];
            whose: string;
            /** @description Witnesses of this server's policy. */
            witnesses?: string[];
        };
        WaitingAction: {
            action: string;
            /** @enum {string} */
            gating: "allow" | "require_approval" | "reject";
            target: string;
            target_kind: string;
            /**
             * Format: int64
             * @description Seconds.
             */
            ttl: number;
        };
        WaitingFor: {
            classification: string;
            /**
             * Format: date-time
             * @description When it happened; long before the decision where old events are read in.
             */
            event_time: string;
            event_type: string;
            mission_id?: string;
            /** @description What an approval would be for. */
            mitigations: components["schemas"]["WaitingAction"][];
            persona: string;
            /**
             * Format: int64
             * @description Points of the matched rules.
             */
            score: number;
            source: string;
            /** @enum {string} */
            threat_level: "none" | "low" | "medium" | "high" | "critical";
            /** @description What the rules that fired are called. */
            titles: string[];
        };
        Webhook: {
            /**
             * Format: int64
             * @description Failed attempts of that decision.
             */
            attempt: number;
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /** Format: int64 */
            delivered: number;
            filter: components["schemas"]["WebhookFilter"];
            /** Format: int64 */
            given_up: number;
            id: string;
            last_error?: string;
            /**
             * Format: int64
             * @description HTTP status of the last attempt; absent: no answer.
             */
            last_status?: number;
            /**
             * Format: date-time
             * @description When it is tried again.
             */
            next_at?: string;
            /**
             * Format: int64
             * @description Log index of the decision it looks at next.
             */
            next_index: number;
            /**
             * @description disabled: the endpoint answered 410 Gone.
             * @enum {string}
             */
            status: "active" | "failing" | "disabled" | "deleted";
            url: string;
        };
        WebhookFilter: {
            /** @description Actions taken or proposed. */
            actions?: string[];
            event_types?: string[];
            gating?: ("allow" | "require_approval" | "reject")[];
            /** @enum {string} */
            min_severity?: "info" | "low" | "medium" | "high" | "critical";
            rules?: string[];
        };
        WebhookList: {
            /** @description The page, in the list's order. */
            items: components["schemas"]["Webhook"][];
            /** @description Pass it as cursor to get the next page; absent on the last one. */
            next_cursor?: string;
        };
        WebhookPosture: {
            /**
             * Format: int64
             * @description Webhooks that fail now or were switched off by their receiver.
             */
            failing: number;
            /**
             * Format: int64
             * @description Messages that were given up so far.
             */
            given_up: number;
        };
        WebhookTest: {
            delivered: boolean;
            error?: string;
            message_id: string;
            /**
             * Format: int64
             * @description The endpoint's HTTP status; absent: no answer.
             */
            status?: number;
        };
        When: {
            persona?: string[];
            ring?: string[];
        };
        WitnessView: {
            /** @description Of the last request. */
            error?: string;
            last_ok?: string;
            name: string;
            /**
             * Format: int64
             * @description Entries that it cosigned last since the start; 0: none.
             */
            size: number;
            url: string;
            /** @description Its key for cosignatures (C2SP signed-note). */
            vkey: string;
        };
    };
    responses: {
        /** @description A problem (RFC 9457). */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html; charset=utf-8": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_allowlists: {
        parameters: {
            query?: {
                kind?: "ip" | "range" | "user" | "host" | "session" | "country" | "asn";
                /** @description A part of the value or the reason. */
                q?: string;
                /** @description true: also entries that were removed or are over. */
                ended?: boolean;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllowEntryList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_alias_allowlists: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAllowEntry"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllowEntry"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_alias_allowlists_id: {
        parameters: {
            query?: {
                /** @description Why, at most 500 bytes; the audit keeps it. */
                reason?: string;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_allowlists: {
        parameters: {
            query?: {
                kind?: "ip" | "range" | "user" | "host" | "session" | "country" | "asn";
                /** @description A part of the value or the reason. */
                q?: string;
                /** @description true: also entries that were removed or are over. */
                ended?: boolean;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllowEntryList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_allowlists: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAllowEntry"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllowEntry"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_allowlists_id: {
        parameters: {
            query?: {
                /** @description Why, at most 500 bytes; the audit keeps it. */
                reason?: string;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_allowlists_check: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AllowQuestion"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AllowCover"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_anomaly_model: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnomalyModels"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_approvals: {
        parameters: {
            query?: {
                /** @description Default newest. gravest: by threat and score, then what waits longest. */
                order?: "newest" | "gravest";
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_audit: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: every such tenant. */
                tenant?: string;
                /** @description An action, or with a dot at the end all that start with it (key.). */
                action?: string;
                /** @description changes leaves out reads and verifications of evidence, sign-ins and denied requests. */
                kind?: "changes" | "reads" | "sign-ins";
                /** @description Principal ID. */
                principal?: string;
                /** @description Part of the name of a person or service account, or a principal ID. */
                who?: string;
                key_id?: string;
                target?: string;
                /** @description Part of the action, the target, the address or what is recorded of it. */
                q?: string;
                outcome?: "ok" | "denied";
                /** @description At or after. */
                from?: string;
                /** @description Before. */
                to?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditRecordList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_audit_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditRecord"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_audit_export: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: every such tenant. */
                tenant?: string;
                /** @description An action, or with a dot at the end all that start with it (key.). */
                action?: string;
                /** @description changes leaves out reads and verifications of evidence, sign-ins and denied requests. */
                kind?: "changes" | "reads" | "sign-ins";
                /** @description Principal ID. */
                principal?: string;
                /** @description Part of the name of a person or service account, or a principal ID. */
                who?: string;
                key_id?: string;
                target?: string;
                /** @description Part of the action, the target, the address or what is recorded of it. */
                q?: string;
                outcome?: "ok" | "denied";
                /** @description At or after. */
                from?: string;
                /** @description Before. */
                to?: string;
                /** @description Default csv; ndjson has one entry a line, json is an array. */
                format?: "csv" | "ndjson" | "json";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_contracts_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContractStatus"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_decisions: {
        parameters: {
            query?: {
                /** @description Threat level. */
                level?: "none" | "low" | "medium" | "high" | "critical";
                /** @description As in the feed; info is the level none. */
                severity?: "info" | "low" | "medium" | "high" | "critical";
                gating?: "allow" | "require_approval" | "reject";
                /** @description Action taken. */
                action?: "log_only" | "blocked" | "rate_limited" | "quarantined" | "pending_approval";
                source?: string;
                event_type?: string;
                rule?: string;
                ring?: "UNCLASS" | "CUI" | "SECRET" | "TOPSECRET";
                mission?: string;
                /** @description Exactly an address, user or host. */
                subject?: string;
                /** @description Part of the source, event type or rules, or exactly an address, user or host. */
                q?: string;
                /** @description Received at or after. */
                from?: string;
                /** @description Received before. */
                to?: string;
                /** @description Happened at or after. */
                event_from?: string;
                /** @description Happened before. */
                event_to?: string;
                /** @description true: only where the decision differs from the one before. */
                changed?: boolean;
                /** @description Leaves out log_only items of severity info and low. */
                only_actionable?: boolean;
                /** @description true: only where the policy denies the event's own action. */
                policy_denied?: boolean;
                /** @description Default newest. gravest: by threat and score, the newest first among equals. */
                order?: "newest" | "gravest";
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionRowList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_decisions_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: the one whose decision it is. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_decisions_id_feedback: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: the one whose decision it is. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewFeedback"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedbackView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_decisions_id_receipt: {
        parameters: {
            query?: {
                /** @description Answer when the receipt has this level, at the latest after 10 seconds: then with the level that it has reached. */
                wait?: "anchored" | "witnessed";
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: the one whose decision it is. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_decisions_about: {
        parameters: {
            query?: {
                /** @description A decision's ID. */
                id?: string[];
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AboutAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_defend: {
        parameters: {
            query?: {
                /** @description compact leaves out explain.trace, explain.steps, receipt.entry and receipt.proof. */
                detail?: "full" | "compact";
                /** @description Answer when the receipt has this level, at the latest after 10 seconds: then with the level that it has reached. */
                wait?: "anchored" | "witnessed";
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DefendRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_defend_batch: {
        parameters: {
            query?: {
                /** @description compact leaves out explain.trace, explain.steps, receipt.entry and receipt.proof. */
                detail?: "full" | "compact";
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_documents_hash: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_drift: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: every such tenant. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftSummaryView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_drift_baselines: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                source?: string;
                /** @description true: those that are off too. */
                inactive?: boolean;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BaselineViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_drift_baselines: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBaseline"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BaselineView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_drift_baselines_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BaselineDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_drift_baselines_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BaselineChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BaselineView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_drift_baselines_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                note?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    post_drift_baselines_id_activate: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BaselineSwitch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BaselineView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_drift_baselines_id_deactivate: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BaselineSwitch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BaselineView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_drift_compare: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompareRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Compared"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_drift_comparisons: {
        parameters: {
            query?: {
                run?: string;
                baseline?: string;
                source?: string;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComparisonViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_drift_findings: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: every such tenant. */
                tenant?: string;
                /** @description Default: new and reopened. */
                state?: ("new" | "reopened" | "acknowledged" | "accepted" | "denied" | "resolved")[];
                /** @description true: of any state. */
                all?: boolean;
                severity?: ("informational" | "low" | "medium" | "high" | "critical")[];
                kind?: ("added" | "removed" | "changed" | "metadata")[];
                /** @description Its name, what people call it, or a part of these. */
                type?: string[];
                /** @description kind/name. */
                source?: string;
                object_id?: string;
                baseline?: string;
                /** @description The run that found it or last changed its state. */
                run?: string;
                group?: string;
                assignee?: string;
                /** @description Text in the object's name, its ID or the path. */
                q?: string;
                /** @description Beginning of findings' IDs; of any state. */
                id?: string;
                /** @description whole: from and to in full; a page may then have fewer findings than its limit. */
                values?: "short" | "whole";
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_drift_findings_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_drift_findings_id_triage: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OneTriage"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Triaged"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_drift_findings_count: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: every such tenant. */
                tenant?: string;
                /** @description Default: new and reopened. */
                state?: ("new" | "reopened" | "acknowledged" | "accepted" | "denied" | "resolved")[];
                /** @description true: of any state. */
                all?: boolean;
                severity?: ("informational" | "low" | "medium" | "high" | "critical")[];
                kind?: ("added" | "removed" | "changed" | "metadata")[];
                /** @description Its name, what people call it, or a part of these. */
                type?: string[];
                /** @description kind/name. */
                source?: string;
                object_id?: string;
                baseline?: string;
                /** @description The run that found it or last changed its state. */
                run?: string;
                group?: string;
                assignee?: string;
                /** @description Text in the object's name, its ID or the path. */
                q?: string;
                /** @description Beginning of findings' IDs; of any state. */
                id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingCount"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_drift_findings_runs: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: every such tenant. */
                tenant?: string;
                /** @description Default: new and reopened. */
                state?: ("new" | "reopened" | "acknowledged" | "accepted" | "denied" | "resolved")[];
                /** @description true: of any state. */
                all?: boolean;
                severity?: ("informational" | "low" | "medium" | "high" | "critical")[];
                kind?: ("added" | "removed" | "changed" | "metadata")[];
                /** @description Its name, what people call it, or a part of these. */
                type?: string[];
                /** @description kind/name. */
                source?: string;
                object_id?: string;
                baseline?: string;
                /** @description The run that found it or last changed its state. */
                run?: string;
                group?: string;
                assignee?: string;
                /** @description Text in the object's name, its ID or the path. */
                q?: string;
                /** @description Beginning of findings' IDs; of any state. */
                id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingRuns"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_drift_findings_triage: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ManyTriage"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Triaged"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_drift_groups: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: every such tenant. */
                tenant?: string;
                /** @description Default: all but resolved. */
                state?: ("new" | "reopened" | "acknowledged" | "accepted" | "denied" | "resolved")[];
                severity?: ("informational" | "low" | "medium" | "high" | "critical")[];
                /** @description Its name, what people call it, or a part of these. */
                type?: string[];
                key?: string[];
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_drift_groups_key: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: every such tenant. */
                tenant?: string;
            };
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_drift_groups_key_triage: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupTriage"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupTriaged"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_drift_severity: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                /** @description An earlier version; default the one in force. */
                version?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeverityRulesView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_drift_severity: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSeverityRules"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeverityRulesView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_enforcements: {
        parameters: {
            query?: {
                /** @description In force now, or not any more. */
                active?: boolean;
                state?: "in_force" | "expired" | "revoked";
                action?: string;
                target?: string;
                target_kind?: string;
                /** @description A part of the target. */
                q?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnforcementList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_enforcements_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Enforcement"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_enforcements_id_revoke: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Revocation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Enforcement"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_enforcements_revoke: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TargetRevocation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TargetRevoked"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_enforcements_targets: {
        parameters: {
            query?: {
                action?: string;
                target?: string;
                target_kind?: string;
                /** @description A part of the target. */
                q?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeldList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_enforcements_totals: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeldTotals"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_attestations: {
        parameters: {
            query?: {
                /** @description Only of this module, by its ID. */
                module?: string;
                /** @description Only of this type. */
                type?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttestationItemList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_evidence_attestations: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DsseEnvelope"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_attestations_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_bundles_id: {
        parameters: {
            query?: {
                /** @description Recorded at or after. */
                from?: string;
                /** @description Recorded before; default now. */
                to?: string;
                /** @description KIND:VALUE; the kind is ip, user or host. */
                subject?: string;
                /** @description The kind of entry that is absent, for example erasure. */
                artifact?: string;
                /** @description false: entries without their payloads. Payloads of rings that the key does not name are withheld in any case, and the bundle says so. */
                openings?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.frostgate.bundle": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_epochs: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EpochViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_epochs_index: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                index: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EpochDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_erasures: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureItemList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_evidence_erasures: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewErasure"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Certificate"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_erasures_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Certificate"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogKey"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_logs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_logs_log_checkpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                log: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain; charset=utf-8": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_logs_log_entries: {
        parameters: {
            query?: {
                /** @description Only entries of this kind, for example erasure. */
                kind?: string;
                /** @description Only entries with smaller indexes. */
                below?: number;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path: {
                log: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogEntryList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_logs_log_entries_index: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                log: string;
                index: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogEntryDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_logs_log_tile_path: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                log: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_evidence_prune: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPrune"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pruned"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_evidence_rekey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoFields"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rekeyed"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_root: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RootStatus"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_root_checkpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain; charset=utf-8": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_root_tile_path: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_evidence_signing_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigningKeyList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_evidence_verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.frostgate.bundle": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verdict"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_feed_live: {
        parameters: {
            query?: {
                /** @description Leaves out log_only items of severity info and low. */
                only_actionable?: boolean;
                /** @description Only where the decision differs from the one before of the same source and event type. */
                only_changed?: boolean;
                severity?: "info" | "low" | "medium" | "high" | "critical";
                /** @description Part of the source, event type or rules, or exactly an address, user or host. */
                q?: string;
                source?: string;
                event_type?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedItemList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_feed_stream: {
        parameters: {
            query?: {
                /** @description Leaves out log_only items of severity info and low. */
                only_actionable?: boolean;
                /** @description Only where the decision differs from the one before of the same source and event type. */
                only_changed?: boolean;
                severity?: "info" | "low" | "medium" | "high" | "critical";
                /** @description Part of the source, event type or rules, or exactly an address, user or host. */
                q?: string;
                source?: string;
                event_type?: string;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_forensics_audit_trail_event_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrailView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_forensics_chain_verify: {
        parameters: {
            query?: {
                /** @description Check rows from this index on (default 0). */
                rows_from?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainVerdict"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_forensics_replay: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_forensics_snapshot_event_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SnapshotView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_coverage: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                /** @description kind/name. */
                source?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TypeCoverageList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_graph_blast_radius: {
        parameters: {
            query?: {
                /** @description How far to go, 1 to 32 (default 5). */
                depth?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                /** @description kind/name; may be left out where the tenant has one source, or the object is in one. */
                source?: string;
                type?: string;
                /** @description The object's ID in its source, or its name. */
                id?: string;
                /** @description Objects listed, 1 to 500 (default 50); all are counted. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlastRadius"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_graph_broken: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                /** @description kind/name; default every source. */
                source?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BrokenPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_graph_neighbours: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                /** @description kind/name; may be left out where the tenant has one source, or the object is in one. */
                source?: string;
                type?: string;
                /** @description The object's ID in its source, or its name. */
                id?: string;
                /** @description Objects listed, 1 to 500 (default 50); all are counted. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GraphNeighbours"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_graph_unassigned: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                /** @description kind/name; default every source. */
                source?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnassignedPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_item: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                /** @description kind/name. */
                source?: string;
                type?: string;
                /** @description In its source, or its name. */
                id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_items: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                /** @description kind/name. */
                source?: string;
                /** @description Its name, what people call it, or a part that only one has. */
                type?: string;
                state?: "present" | "missing" | "unknown";
                /** @description Text in name or ID. */
                q?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_runs: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                /** @description kind/name. */
                source?: string;
                state?: "open" | "closed" | "aborted";
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_inventory_runs: {
        parameters: {
            query?: {
                /** @description Kind of source: directory, upload (default), kubernetes, aws. */
                source?: string;
                /** @description Which of the tenant's sources of that kind (default: default). */
                name?: string;
                /** @description A type that is asked for, by name or label; default all. If the run ends well without objects of a type named here, there are none. */
                type?: string[];
                /** @description What narrows the selection. Runs with other filters never compare. */
                "filter.NAME"?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_runs_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_snapshots: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                /** @description kind/name. */
                source?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventorySnapshotList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_snapshots_root: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                root: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SnapshotDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_snapshots_root_export: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                root: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_inventory_snapshots_import: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SnapshotDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_sources: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_inventory_types: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TypeViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_keys: {
        parameters: {
            query?: {
                /** @description Default: the tenant of the key in use. */
                tenant_id?: string;
                /** @description Principal ID. */
                principal?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_keys: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_keys_id: {
        parameters: {
            query?: {
                /** @description Default: the tenant of the key in use. */
                tenant_id?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_keys_id_revoke: {
        parameters: {
            query?: {
                /** @description Default: the tenant of the key in use. */
                tenant_id?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRevocation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_keys_id_rotate: {
        parameters: {
            query?: {
                /** @description Default: the tenant of the key in use. */
                tenant_id?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rotation"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_keys_leaked: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeakReport"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeakAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_missions: {
        parameters: {
            query?: {
                status?: "active" | "ended";
                /** @description planned: not begun; active: within its time; over: ended, or past its time. */
                phase?: "planned" | "active" | "over";
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MissionList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_missions: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Envelope"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mission"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_missions_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mission"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_missions_id_end: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MissionEnd"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mission"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_modules: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModuleRecordList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_modules: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewModule"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedModule"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_modules_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModuleRecord"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_modules_id_keys_key_revoke: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModuleRevocation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModuleRecord"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_modules_id_revoke: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModuleRevocation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModuleRecord"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_modules_id_rotate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModuleRotation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModuleRecord"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_modules_id_token: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModuleToken"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_modules_enrol: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Enrolment"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModuleRecord"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_names: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
                /** @description ID of a person, service account or key of the tenant. */
                id?: string[];
                /** @description A scope: lists who is active and holds it in the tenant. */
                may?: "defend:write" | "decisions:read" | "evidence:read" | "evidence:write" | "evidence:erase" | "modules:read" | "modules:write" | "rules:read" | "rules:write" | "missions:read" | "missions:write" | "enforcements:read" | "enforcements:write" | "inventory:read" | "inventory:write" | "drift:read" | "drift:write" | "audit:read" | "usage:read" | "tenants:read" | "tenants:write" | "people:read" | "people:write" | "keys:read" | "keys:write" | "webhooks:read" | "webhooks:write" | "ops:read";
                /** @description With may: part of the name. */
                text?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NameViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_people: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrincipalViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_people: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPrincipal"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrincipalView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_people_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrincipalView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_people_id_disable: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrincipalView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_people_id_enable: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrincipalView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_people_id_roles: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleView"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrincipalView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_people_id_roles: {
        parameters: {
            query?: {
                role?: "viewer" | "analyst" | "approver" | "editor" | "admin" | "owner" | "auditor";
                /** @description Absent: the role in the whole organisation. */
                tenant_id?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_posture: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: every such tenant. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostureView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rings: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RingViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rings_ring: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                ring: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RingView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rings_isolation: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Isolation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rings_route: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RingQuestion"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RingRoute"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_roe_evaluate: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Engagement"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Engaged"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_roe_policy: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoePolicy"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rules: {
        parameters: {
            query?: {
                kind?: "rule" | "correlation";
                /** @description Text in title, ID, description, author or tags. */
                q?: string;
                level?: "informational" | "low" | "medium" | "high" | "critical";
                product?: string;
                category?: string;
                service?: string;
                /** @description ATT&CK; T1059 finds T1059.001 too. */
                technique?: string;
                /** @description Name of the detections document. */
                source?: string;
                enabled?: boolean;
                /** @description As its author says: stable, test, experimental. */
                status?: string;
                /** @description ATT&CK, for example credential-access. */
                tactic?: string;
                /** @description The tenant changed it or filters it. */
                tuned?: boolean;
                /** @description A filter that has not ended takes hits out of it. */
                filtered?: boolean;
                /** @description It fired in a recorded decision of the window. */
                hit?: boolean;
                /** @description Of decisions and last_hit; not given: they are 0, unless hit or sort need them, then 30d. */
                window?: "24h" | "7d" | "30d" | "all";
                /** @description Default: as the ruleset has them. */
                sort?: "title" | "level" | "decisions" | "last_hit";
                /** @description The last of the order first. */
                desc?: boolean;
                /** @description false: rules that no known kind of event reaches. */
                served?: boolean;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleRowList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rules_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rules_id_tuning: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleTuningChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rules_builtin: {
        parameters: {
            query?: {
                /** @description Kept in the audit. */
                reason?: string;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulesImported"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rules_check: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-tar": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulesChecked"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rules_documents_hash: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetectionsView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rules_explain: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleQuestion"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleExplained"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rules_filters: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilterViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rules_filters: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewFilter"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilterView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_rules_filters_id: {
        parameters: {
            query?: {
                /** @description Kept in the audit. */
                reason?: string;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rules_hits_id: {
        parameters: {
            query?: {
                /** @description Default 30d. */
                window?: "1h" | "24h" | "7d" | "30d" | "all";
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleHistory"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rules_import: {
        parameters: {
            query?: {
                /** @description Of the document, for example sigmahq (default imported). */
                name?: string;
                /** @description Switch to the new ruleset (default false). */
                activate?: boolean;
                /** @description Kept in the audit. */
                reason?: string;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-tar": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulesImported"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rules_scenarios: {
        parameters: {
            query?: {
                /** @description Of decisions and last_hit; default 30d. */
                window?: "24h" | "7d" | "30d" | "all";
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScenarioList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_rules_sources_name: {
        parameters: {
            query?: {
                /** @description Kept in the audit. */
                reason?: string;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rules_stats: {
        parameters: {
            query?: {
                /** @description Of decisions; default 24h. */
                window?: "1h" | "24h" | "7d" | "30d" | "all";
                /** @description Rules, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleStats"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rules_summary: {
        parameters: {
            query?: {
                /** @description Of hits; default 30d. */
                window?: "24h" | "7d" | "30d" | "all";
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulesSummary"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rulesets: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentInfoList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rulesets: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRuleset"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentRef"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rulesets_hash: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulesetView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_rulesets_active: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActiveRuleset"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_rulesets_active: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Activation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActiveRuleset"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_stats: {
        parameters: {
            query?: {
                /** @description Default 24h. */
                window?: "1h" | "24h" | "7d" | "30d" | "all";
                /** @description Count by when events came in (default) or when they happened; a historical import shows by the second only. */
                clock?: "received" | "event";
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatsView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_tenants: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_tenants: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTenant"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_tenants_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    patch_tenants_id: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TenantChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_usage: {
        parameters: {
            query?: {
                /** @description Default: 30 days before to. */
                from?: string;
                /** @description Default: now. */
                to?: string;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_usage_tenants: {
        parameters: {
            query?: {
                /** @description Default: 30 days before to. */
                from?: string;
                /** @description Default: now. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TenantsUsage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_webhooks: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_webhooks: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_webhooks_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delete_webhooks_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    get_webhooks_id_deliveries: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FailedDeliveryList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_webhooks_id_test: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTest"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_whoami: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Identity"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_audit: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: every such tenant. */
                tenant?: string;
                /** @description An action, or with a dot at the end all that start with it (key.). */
                action?: string;
                /** @description changes leaves out reads and verifications of evidence, sign-ins and denied requests. */
                kind?: "changes" | "reads" | "sign-ins";
                /** @description Principal ID. */
                principal?: string;
                /** @description Part of the name of a person or service account, or a principal ID. */
                who?: string;
                key_id?: string;
                target?: string;
                /** @description Part of the action, the target, the address or what is recorded of it. */
                q?: string;
                outcome?: "ok" | "denied";
                /** @description At or after. */
                from?: string;
                /** @description Before. */
                to?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditRecordList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_contracts_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContractStatus"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_decisions: {
        parameters: {
            query?: {
                /** @description Threat level. */
                level?: "none" | "low" | "medium" | "high" | "critical";
                /** @description As in the feed; info is the level none. */
                severity?: "info" | "low" | "medium" | "high" | "critical";
                gating?: "allow" | "require_approval" | "reject";
                /** @description Action taken. */
                action?: "log_only" | "blocked" | "rate_limited" | "quarantined" | "pending_approval";
                source?: string;
                event_type?: string;
                rule?: string;
                ring?: "UNCLASS" | "CUI" | "SECRET" | "TOPSECRET";
                mission?: string;
                /** @description Exactly an address, user or host. */
                subject?: string;
                /** @description Part of the source, event type or rules, or exactly an address, user or host. */
                q?: string;
                /** @description Received at or after. */
                from?: string;
                /** @description Received before. */
                to?: string;
                /** @description Happened at or after. */
                event_from?: string;
                /** @description Happened before. */
                event_to?: string;
                /** @description true: only where the decision differs from the one before. */
                changed?: boolean;
                /** @description Leaves out log_only items of severity info and low. */
                only_actionable?: boolean;
                /** @description true: only where the policy denies the event's own action. */
                policy_denied?: boolean;
                /** @description Default newest. gravest: by threat and score, the newest first among equals. */
                order?: "newest" | "gravest";
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionRowList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_decisions_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: the one whose decision it is. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_alias_defend: {
        parameters: {
            query?: {
                /** @description compact leaves out explain.trace, explain.steps, receipt.entry and receipt.proof. */
                detail?: "full" | "compact";
                /** @description Answer when the receipt has this level, at the latest after 10 seconds: then with the level that it has reached. */
                wait?: "anchored" | "witnessed";
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DefendRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_docs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html; charset=utf-8": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_drift: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: every such tenant. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftSummaryView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_drift_findings: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. all: every such tenant. */
                tenant?: string;
                /** @description Default: new and reopened. */
                state?: ("new" | "reopened" | "acknowledged" | "accepted" | "denied" | "resolved")[];
                /** @description true: of any state. */
                all?: boolean;
                severity?: ("informational" | "low" | "medium" | "high" | "critical")[];
                kind?: ("added" | "removed" | "changed" | "metadata")[];
                /** @description Its name, what people call it, or a part of these. */
                type?: string[];
                /** @description kind/name. */
                source?: string;
                object_id?: string;
                baseline?: string;
                /** @description The run that found it or last changed its state. */
                run?: string;
                group?: string;
                assignee?: string;
                /** @description Text in the object's name, its ID or the path. */
                q?: string;
                /** @description Beginning of findings' IDs; of any state. */
                id?: string;
                /** @description whole: from and to in full; a page may then have fewer findings than its limit. */
                values?: "short" | "whole";
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_enforcements: {
        parameters: {
            query?: {
                /** @description In force now, or not any more. */
                active?: boolean;
                state?: "in_force" | "expired" | "revoked";
                action?: string;
                target?: string;
                target_kind?: string;
                /** @description A part of the target. */
                q?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnforcementList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_enforcements_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Enforcement"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_alias_enforcements_id_revoke: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Revocation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Enforcement"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_evidence_bundles_id: {
        parameters: {
            query?: {
                /** @description Recorded at or after. */
                from?: string;
                /** @description Recorded before; default now. */
                to?: string;
                /** @description KIND:VALUE; the kind is ip, user or host. */
                subject?: string;
                /** @description The kind of entry that is absent, for example erasure. */
                artifact?: string;
                /** @description false: entries without their payloads. Payloads of rings that the key does not name are withheld in any case, and the bundle says so. */
                openings?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.frostgate.bundle": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_evidence_logs_log_checkpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                log: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain; charset=utf-8": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_evidence_logs_log_tile_path: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                log: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_alias_evidence_verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.frostgate.bundle": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verdict"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_feed_live: {
        parameters: {
            query?: {
                /** @description Leaves out log_only items of severity info and low. */
                only_actionable?: boolean;
                /** @description Only where the decision differs from the one before of the same source and event type. */
                only_changed?: boolean;
                severity?: "info" | "low" | "medium" | "high" | "critical";
                /** @description Part of the source, event type or rules, or exactly an address, user or host. */
                q?: string;
                source?: string;
                event_type?: string;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedItemList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_feed_stream: {
        parameters: {
            query?: {
                /** @description Leaves out log_only items of severity info and low. */
                only_actionable?: boolean;
                /** @description Only where the decision differs from the one before of the same source and event type. */
                only_changed?: boolean;
                severity?: "info" | "low" | "medium" | "high" | "critical";
                /** @description Part of the source, event type or rules, or exactly an address, user or host. */
                q?: string;
                source?: string;
                event_type?: string;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_forensics_audit_trail_event_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrailView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_forensics_chain_verify: {
        parameters: {
            query?: {
                /** @description Check rows from this index on (default 0). */
                rows_from?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainVerdict"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_alias_forensics_replay: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_forensics_snapshot_event_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                event_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SnapshotView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_health_detailed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetailedHealth"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_health_live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Live"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_health_ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain; version=0.0.4; charset=utf-8": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_missions: {
        parameters: {
            query?: {
                status?: "active" | "ended";
                /** @description planned: not begun; active: within its time; over: ended, or past its time. */
                phase?: "planned" | "active" | "over";
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Items per page, 1 to 500 (default 50). */
                limit?: number;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MissionList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_alias_missions: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Envelope"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mission"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_missions_id: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mission"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_alias_missions_id_end: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
                /** @description Why, for the audit: percent-encoded UTF-8, decoded at most 500 bytes. */
                "Change-Reason"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MissionEnd"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mission"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_openapi_json: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_openapi_yaml: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_rings: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RingViewList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_rings_ring: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path: {
                ring: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RingView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_rings_isolation: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Isolation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_alias_rings_route: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RingQuestion"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RingRoute"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_alias_roe_evaluate: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Engagement"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Engaged"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_roe_policy: {
        parameters: {
            query?: {
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoePolicy"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_stats: {
        parameters: {
            query?: {
                /** @description Default 24h. */
                window?: "1h" | "24h" | "7d" | "30d" | "all";
                /** @description Count by when events came in (default) or when they happened; a historical import shows by the second only. */
                clock?: "received" | "event";
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatsView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    get_alias_usage: {
        parameters: {
            query?: {
                /** @description Default: 30 days before to. */
                from?: string;
                /** @description Default: now. */
                to?: string;
                /** @description A tenant of the key's organisation in which its owner holds the scope; default the key's. */
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageView"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_alias_v1_defend: {
        parameters: {
            query?: {
                /** @description compact leaves out explain.trace, explain.steps, receipt.entry and receipt.proof. */
                detail?: "full" | "compact";
                /** @description Answer when the receipt has this level, at the latest after 10 seconds: then with the level that it has reached. */
                wait?: "anchored" | "witnessed";
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DefendRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    post_alias_v1_defend_batch: {
        parameters: {
            query?: {
                /** @description compact leaves out explain.trace, explain.steps, receipt.entry and receipt.proof. */
                detail?: "full" | "compact";
            };
            header?: {
                /** @description The same key with the same request gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
}
