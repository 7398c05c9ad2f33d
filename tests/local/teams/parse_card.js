// Prints what the renderer finds wrong with the card on standard input, as version 1.4.
globalThis.window = globalThis;
const AC = require(process.argv[2]);

const context = new AC.SerializationContext(AC.Versions.v1_4);
const card = new AC.AdaptiveCard();
card.parse(JSON.parse(require("fs").readFileSync(0, "utf8")), context);
const wrong = card.validateProperties().validationEvents.map((event) => event.message);
for (let i = 0; i < context.eventCount; i++) wrong.push(context.getEventAt(i).message);
console.log(JSON.stringify(wrong));
