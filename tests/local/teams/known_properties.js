// Prints, for each type of card part, the properties that the renderer knows in version 1.4.
globalThis.window = globalThis;
const AC = require(process.argv[2]);

const known = (part) => {
  const properties = part.getSchema();
  const names = [];
  for (let i = 0; i < properties.getCount(); i++) {
    const property = properties.getItemAt(i);
    if (property.targetVersion.compareTo(AC.Versions.v1_4) <= 0) names.push(property.name);
  }
  return names;
};

const all = { Card: known(new AC.AdaptiveCard()), Column: known(new AC.Column()), Fact: known(new AC.Fact()) };
for (const registry of [AC.GlobalRegistry.defaultElements, AC.GlobalRegistry.defaultActions])
  for (let i = 0; i < registry.getItemCount(); i++) {
    const item = registry.getItemAt(i);
    if (item.schemaVersion.compareTo(AC.Versions.v1_4) <= 0) all[item.typeName] = known(new item.objectType());
  }
console.log(JSON.stringify(all));
