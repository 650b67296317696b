import type {ToolDefinition} from '../protocol/completion.ts';
import {isObject, type JsonObject} from '../protocol/json.ts';

const MAX_DEPTH = 200; // nested values and references; a schema may refer to itself

/**
 * The arguments of a call, or a sentence that tells the model what is wrong with them. Checks these keywords of the
 * schema: `type`, `enum`, `const`, `required`, `properties`, `additionalProperties`, `items`, the bounds of numbers,
 * strings and arrays, `allOf`, `anyOf`, `oneOf`, and `$ref` within the schema. Ignores all others.
 */
export function readArguments(text: string, {parameters = {}}: ToolDefinition): JsonObject | string {
  let args: unknown;
  try {
    // Drops names that would change an object they are copied to.
    args = JSON.parse(/\S/.test(text) ? text : '{}', (key, value) =>
      key === '__proto__' ? undefined : value,
    );
  } catch {
    return 'The arguments are not valid JSON.';
  }
  if (!isObject(args)) return 'The arguments must be a JSON object.';
  const problem = problemOf(args, {schema: parameters, root: parameters, path: '', depth: 0});
  return problem ? `The arguments do not match the schema: ${problem}.` : args;
}

interface Place {
  /** An object, or `true` for all values and `false` for none. */
  readonly schema: unknown;
  /** Where a `$ref` is looked up. */
  readonly root: JsonObject;
  readonly path: string;
  readonly depth: number;
}

function problemOf(value: unknown, place: Place): string | undefined {
  const {schema, path} = place;
  const at = path || 'they';
  if (schema === false) return `${at} must not be there`;
  if (!isObject(schema)) return undefined;
  if (place.depth > MAX_DEPTH) return `${at} cannot be checked: it is too deep`;
  const types = [schema['type'] ?? []].flat();
  if (types.length > 0 && !types.some(type => isOf(value, type)))
    return `${at} must be of type ${types.join(' or ')}`;
  const choices = Array.isArray(schema['enum'])
    ? schema['enum']
    : 'const' in schema
      ? [schema['const']]
      : undefined;
  const json = choices && JSON.stringify(value);
  if (choices && !choices.some(choice => JSON.stringify(choice) === json)) {
    return `${at} must be one of ${JSON.stringify(choices)}`;
  }
  return (
    outOfBounds(value, schema, at) ??
    inOthers(value, schema, place) ??
    (Array.isArray(value)
      ? first(value.keys(), index => within(place, value[index], schema['items'], `${path}[${index}]`))
      : isObject(value)
        ? problemIn(value, schema, place)
        : undefined)
  );
}

function within(place: Place, value: unknown, schema: unknown, path = place.path): string | undefined {
  return problemOf(value, {...place, schema, path, depth: place.depth + 1});
}

/** Checks the schemas that this one refers to or combines. */
function inOthers(value: unknown, schema: JsonObject, place: Place): string | undefined {
  const {$ref: ref} = schema;
  const referred = typeof ref === 'string' ? within(place, value, referredIn(place.root, ref)) : undefined;
  if (referred) return referred;
  const every = first(listOf(schema, 'allOf'), each => within(place, value, each));
  if (every) return every;
  for (const key of ['anyOf', 'oneOf']) {
    const list = listOf(schema, key);
    const problems = list.flatMap(each => within(place, value, each) ?? []);
    const matched = list.length - problems.length;
    if (list.length > 0 && matched === 0) return [...new Set(problems)].join(', or ');
    if (key === 'oneOf' && matched > 1)
      return `${place.path || 'they'} must be of one kind alone, not of ${matched}`;
  }
  return undefined;
}

/** Resolves `#` or a path below it. Anything else, or a missing target, gives `undefined`, which checks nothing. */
function referredIn(root: JsonObject, ref: string): unknown {
  const [document, ...names] = ref.split('/');
  let found: unknown = document === '#' ? root : undefined;
  for (const name of names) {
    const key = name.replaceAll('~1', '/').replaceAll('~0', '~');
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, key)
        ? Reflect.get(found, key)
        : undefined;
  }
  return found;
}

/** Each bound, with the type it applies to and how to tell that it is broken. */
const BOUNDS: readonly (readonly [
  key: string,
  type: string,
  isBroken: (size: number, bound: number) => boolean,
  words: string,
])[] = [
  ['minimum', 'number', (size, bound) => size < bound, 'must not be less than'],
  ['maximum', 'number', (size, bound) => size > bound, 'must not be more than'],
  ['exclusiveMinimum', 'number', (size, bound) => size <= bound, 'must be more than'],
  ['exclusiveMaximum', 'number', (size, bound) => size >= bound, 'must be less than'],
  ['minLength', 'string', (size, bound) => size < bound, 'must not be shorter than'],
  ['maxLength', 'string', (size, bound) => size > bound, 'must not be longer than'],
  ['minItems', 'array', (size, bound) => size < bound, 'must not have fewer items than'],
  ['maxItems', 'array', (size, bound) => size > bound, 'must not have more items than'],
];

function outOfBounds(value: unknown, schema: JsonObject, at: string): string | undefined {
  // The length of a string counts characters, not UTF-16 units.
  const size =
    typeof value === 'number'
      ? value
      : typeof value === 'string' || Array.isArray(value)
        ? [...value].length
        : 0;
  return first(BOUNDS, ([key, type, isBroken, words]) => {
    const bound = schema[key];
    if (typeof bound !== 'number' || !isOf(value, type) || !isBroken(size, bound)) return undefined;
    return `${at} ${words} ${bound}`;
  });
}

function problemIn(value: JsonObject, schema: JsonObject, place: Place): string | undefined {
  const nameOf = (key: string) => (place.path ? `${place.path}.${key}` : key);
  const missing = listOf(schema, 'required').find(key => !Object.hasOwn(value, `${key}`));
  if (missing !== undefined) return `${nameOf(`${missing}`)} is missing`;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return first(Object.keys(value), key => {
    const isKnown = Object.hasOwn(properties, key);
    const others = schema['additionalProperties'];
    if (!isKnown && others === false) return `${nameOf(key)} is not known`;
    return within(place, value[key], isKnown ? properties[key] : others, nameOf(key));
  });
}

function listOf(schema: JsonObject, key: string): readonly unknown[] {
  const list = schema[key];
  return Array.isArray(list) ? list : [];
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
