import type {ToolDefinition} from '../protocol/completion.ts';
import {isObject, type JsonObject} from '../protocol/json.ts';

/**
 * The arguments of a call, or in a sentence for the model what is wrong with them. Of the schema that is looked at which
 * says what a value is: `type`, `enum`, `const`, `required`, `properties`, `additionalProperties: false` and `items`.
 */
export function readArguments(text: string, {parameters = {}}: ToolDefinition): JsonObject | string {
  let args: unknown;
  try {
    // Names that would change the object that they are copied to are left out.
    args = JSON.parse(/\S/.test(text) ? text : '{}', (key, value) =>
      key === '__proto__' ? undefined : value,
    );
  } catch {
    return 'The arguments are not valid JSON.';
  }
  if (!isObject(args)) return 'The arguments must be a JSON object.';
  const problem = problemOf(args, parameters, '');
  return problem ? `The arguments do not match the schema: ${problem}.` : args;
}

function problemOf(value: unknown, schema: JsonObject, path: string): string | undefined {
  const at = path || 'they';
  const types = [schema['type'] ?? []].flat();
  if (types.length > 0 && !types.some(type => isOf(value, type)))
    return `${at} must be of type ${types.join(' or ')}`;
  const choices = Array.isArray(schema['enum'])
    ? schema['enum']
    : 'const' in schema
      ? [schema['const']]
      : undefined;
  const json = JSON.stringify(value);
  if (choices && !choices.some(choice => JSON.stringify(choice) === json)) {
    return `${at} must be one of ${JSON.stringify(choices)}`;
  }
  if (Array.isArray(value)) {
    const {items} = schema;
    return isObject(items)
      ? first(value.entries(), ([index, item]) => problemOf(item, items, `${path}[${index}]`))
      : undefined;
  }
  return isObject(value) ? problemIn(value, schema, path) : undefined;
}

function problemIn(value: JsonObject, schema: JsonObject, path: string): string | undefined {
  const nameOf = (key: string) => (path ? `${path}.${key}` : key);
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  const missing = required.find(key => !Object.hasOwn(value, `${key}`));
  if (missing !== undefined) return `${nameOf(`${missing}`)} is missing`;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return first(Object.keys(value), key => {
    const found = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (isObject(found)) return problemOf(value[key], found, nameOf(key));
    return found === undefined && schema['additionalProperties'] === false
      ? `${nameOf(key)} is not known`
      : undefined;
  });
}

function first<T>(list: Iterable<T>, find: (item: T) => string | undefined): string | undefined {
  for (const item of list) {
    const found = find(item);
    if (found) return found;
  }
  return undefined;
}

function isOf(value: unknown, type: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  return typeof value === type;
}
