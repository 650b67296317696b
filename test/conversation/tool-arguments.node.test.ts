import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {readArguments} from '../../src/conversation/tool-arguments.ts';
import type {JsonObject} from '../../src/protocol/json.ts';

const read = (args: unknown, parameters: JsonObject) =>
  readArguments(JSON.stringify(args), {name: 'tool', parameters});

const of = (schema: unknown, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties: {a: schema},
  ...more,
});

const size = {anyOf: [{type: 'integer', minimum: 1}, {enum: ['small', 'large']}]};
const either = {
  oneOf: [
    {type: 'object', properties: {city: {type: 'string'}}, required: ['city'], additionalProperties: false},
    {type: 'object', properties: {zip: {type: 'string'}}, required: ['zip'], additionalProperties: false},
  ],
};
const tree = of(
  {$ref: '#/$defs/a~1node'},
  {
    $defs: {
      'a/node': {
        type: 'object',
        required: ['name'],
        properties: {name: {type: 'string'}, children: {type: 'array', items: {$ref: '#/$defs/a~1node'}}},
      },
    },
  },
);
const both = of({allOf: [{type: 'number'}, {maximum: 9}]});

describe('the arguments of a call', () => {
  for (const [args, schema] of [
    [{a: 3}, of(size)],
    [{a: 'large'}, of(size)],
    [{a: {zip: '10115'}}, of(either)],
    [{a: {name: 'r', children: [{name: 'c', children: []}]}}, tree],
    [{a: 9}, both],
    [{a: 'x', b: 1}, of(true, {additionalProperties: {type: 'number'}})],
    [{a: '😀😀'}, of({maxLength: 2})],
    [{a: [1, 2]}, of({minItems: 2, maxItems: 2, items: {exclusiveMinimum: 0}})],
    [{a: 1}, of({$ref: 'https://example.com/elsewhere.json'})], // What is not here is not checked.
    [{a: 1}, of({$ref: '#/$defs/nowhere'})],
    [{a: 'x'}, of({pattern: '^y'})],
  ] as const) {
    it(`${JSON.stringify(args)} are those of ${JSON.stringify(schema)}`, () => {
      assert.deepEqual(read(args, schema), args);
    });
  }

  for (const [args, schema, problem] of [
    [{a: 0}, of(size), 'a must not be less than 1, or a must be one of ["small","large"]'],
    [{a: {}}, of(either), 'a.city is missing, or a.zip is missing'],
    [{a: 5}, of({oneOf: [{type: 'number'}, {type: 'integer'}]}), 'a must be of one kind alone, not of 2'],
    [{a: {name: 'r', children: [{}]}}, tree, 'a.children[0].name is missing'],
    [{a: 10}, both, 'a must not be more than 9'],
    [{a: 'x', b: 'y'}, of(true, {additionalProperties: {type: 'number'}}), 'b must be of type number'],
    [{a: 1}, of(false), 'a must not be there'],
    [{a: 'xxx'}, of({maxLength: 2}), 'a must not be longer than 2'],
    [{a: [0]}, of({items: {exclusiveMinimum: 0}}), 'a[0] must be more than 0'],
    [{a: 1}, of({$ref: '#/properties/a'}), 'a cannot be checked: it is too deep'],
    [{b: 1}, {anyOf: [{required: ['a']}]}, 'a is missing'],
  ] as const) {
    it(`${JSON.stringify(args)} are told what they lack of ${JSON.stringify(schema)}`, () => {
      assert.equal(read(args, schema), `The arguments do not match the schema: ${problem}.`);
    });
  }

  it('are not looked up in what every object inherits', () => {
    assert.deepEqual(read({a: 1}, of({$ref: '#/constructor/name'})), {a: 1});
  });

  it('may be as deep as they like where the schema says nothing of it', () => {
    const text = `{"a":${'['.repeat(500)}${']'.repeat(500)}}`;
    assert.equal(typeof readArguments(text, {name: 'tool', parameters: of(true)}), 'object');
    const lists = of({$ref: '#/$defs/list'}, {$defs: {list: {type: 'array', items: {$ref: '#/$defs/list'}}}});
    assert.match(`${readArguments(text, {name: 'tool', parameters: lists})}`, /is too deep/);
  });
});
