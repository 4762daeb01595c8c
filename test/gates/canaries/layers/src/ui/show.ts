import { z } from 'zod';
import { compose } from '../compose.ts';
import { fake } from '../../test/fake.ts';
import { names } from './names/index.ts';
export const show = (): unknown => [z, compose, fake, names];
