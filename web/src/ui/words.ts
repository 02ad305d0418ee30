// Words for the names that the server has, the same on every screen.
const ringWords: Record<string, string> = { UNCLASS: "unclassified", CUI: "controlled", SECRET: "secret", TOPSECRET: "top secret" };
const personaNames: Record<string, string> = { guardian: "Guardian", sentinel: "Sentinel" };
const personaMeans: Record<string, string> = { guardian: "cautious", sentinel: "bolder" };
const big = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);

/** A ring of protection: "controlled". */
export const ringWord = (ring: string): string => ringWords[ring] ?? ring;
/** Whose judgement: "Guardian". */
export const personaWord = (persona: string): string => personaNames[persona] ?? persona;
/** With what it means: "Guardian: cautious". */
export const personaFull = (persona: string): string => (personaMeans[persona] ? `${personaWord(persona)}: ${personaMeans[persona]}` : personaWord(persona));

/** To choose from, from open to most protected. */
export const ringChoices = Object.entries(ringWords).map(([value, word]) => ({ value, label: big(word) }));
export const personaChoices = Object.keys(personaNames).sort().reverse().map((value) => ({ value, label: personaFull(value) }));
