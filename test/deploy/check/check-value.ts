import type { AttributeType } from '../schema/resource-schema.ts';

/**
 * What is wrong with a literal value for an attribute of this type, or null. Expressions are not worked out: of them
 * only Terraform knows the type.
 */
export function problemOfValue(value: unknown, type: AttributeType): string | null {
  if (value === null || isExpression(value) || type === 'anything') return null;
  return isOf(value, type) ? null : `expects ${EXPECTED[type]}, got ${JSON.stringify(value).slice(0, 80)}`;
}

const EXPECTED: Readonly<Record<AttributeType, string>> = {
  string: 'a string',
  number: 'a number',
  bool: 'true or false',
  'list-of-string': 'a list of strings',
  'set-of-string': 'a list of strings',
  'list-of-number': 'a list of numbers',
  'map-of-string': 'a map of strings',
  anything: 'anything',
};

// Terraform itself turns numbers and truth values into texts, and such texts back.
function isOf(value: unknown, type: AttributeType): boolean {
  switch (type) {
    case 'string':
      return ['string', 'number', 'boolean'].includes(typeof value);
    case 'number':
      return typeof value === 'number' || (typeof value === 'string' && /^-?[0-9]+(?:\.[0-9]+)?$/.test(value));
    case 'bool':
      return value === true || value === false || value === 'true' || value === 'false';
    case 'list-of-string':
    case 'set-of-string':
      return Array.isArray(value) && value.every((item) => isExpression(item) || isOf(item, 'string'));
    case 'list-of-number':
      return Array.isArray(value) && value.every((item) => isExpression(item) || isOf(item, 'number'));
    case 'map-of-string':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'anything':
      return true;
  }
}

function isExpression(value: unknown): boolean {
  return typeof value === 'string' && value.includes('${');
}
